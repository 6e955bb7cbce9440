//! What a workbook's own part tells of the others.

use indexmap::IndexMap;

use super::{Package, Relations, xml};
use crate::error::Result;

const WORKBOOK: &str = "xl/workbook.xml";

/// A workbook's own part.
pub(in crate::write) struct Workbook {
    /// The part's name.
    pub(in crate::write) part: String,
    pub(in crate::write) relations: Relations,
    /// The sheets' parts by their names, in the workbook's order.
    pub(in crate::write) sheets: IndexMap<String, String>,
    /// The namespace of relations between the document's parts: that of the strict format differs.
    pub(in crate::write) namespace: String,
    /// The namespace of its elements.
    pub(in crate::write) main: String,
}

impl Workbook {
    /// # Errors
    /// [`crate::Error::Damaged`]
    pub(in crate::write) fn read(package: &mut Package<'_>) -> Result<Self> {
        let root = Relations::of(package, "")?;
        let part = root.first("officeDocument").and_then(|relation| relation.target.clone());
        let part = part.filter(|part| package.has(part)).unwrap_or_else(|| WORKBOOK.to_owned());
        let text = package.required(&part)?;
        let relations = Relations::of(package, &part)?;
        let mut sheets = IndexMap::new();
        let (mut namespace, mut main) = (None, None);
        for tag in xml::tags(&text) {
            let tag = tag?;
            main = main.or_else(|| tag.namespace());
            if tag.begins(2, "sheet") {
                let relation = tag.prefixed_attribute("id").and_then(|id| relations.by_id(&id));
                if let (Some(relation), Some(name)) = (relation, tag.attribute("name")) {
                    namespace.get_or_insert_with(|| relation.namespace().to_owned());
                    sheets.extend(relation.target.clone().map(|target| (name, target)));
                }
            }
        }
        let namespace = namespace.ok_or_else(|| xml::damaged("a workbook without sheets"))?;
        Ok(Self { part, relations, sheets, namespace, main: main.unwrap_or_default() })
    }
}
