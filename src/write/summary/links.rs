//! The links of a sheet.

use std::io::{BufWriter, Seek, Write};

use tempfile::SpooledTempFile;

use super::cell::Target;
use super::part::{MEMORY, Part, unwritten};
use super::xml::attribute;
use crate::error::Result;

/// Links that a sheet may have.
const MAX_LINKS: u32 = 65_530;

const BEGIN: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
);
const END: &str = "</Relationships>";
const HYPERLINK: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";

/// The links of a sheet while its rows are written.
#[derive(Default)]
pub(super) struct Links {
    /// The elements of the sheet's part, which follow its rows, and how many they are.
    elements: Option<BufWriter<SpooledTempFile>>,
    count: u32,
    /// The relations to files, and how many they are.
    relations: Option<Part>,
    files: u32,
    /// What is written next of either.
    element: String,
    waiting: String,
}

impl Links {
    /// Adds the link of a cell; whether the sheet has room for it.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn add(
        &mut self,
        (letters, row): (&str, &str),
        to: &Target,
        tip: &str,
        text: &str,
    ) -> Result<bool> {
        if self.count >= MAX_LINKS {
            return Ok(false);
        }
        self.count += 1;
        let element = &mut self.element;
        element.clear();
        for part in ["<hyperlink ref=\"", letters, row, "\""] {
            element.push_str(part);
        }
        match to {
            Target::Within(cell) => {
                attribute(element, "location", cell);
                attribute(element, "tooltip", tip);
                attribute(element, "display", text);
            }
            Target::File { address, cell } => {
                self.files += 1;
                let id = format!("rId{}", self.files);
                attribute(element, "r:id", &id);
                if let Some(cell) = cell {
                    attribute(element, "location", cell);
                }
                attribute(element, "tooltip", tip);
                self.relate(&id, address)?;
            }
        }
        self.element.push_str("/>");
        let elements = self.elements.get_or_insert_with(|| BufWriter::new(SpooledTempFile::new(MEMORY)));
        elements.write_all(self.element.as_bytes()).map_err(|_| unwritten())?;
        Ok(true)
    }

    /// Adds the relation to a file, by which name the sheet knows it.
    fn relate(&mut self, id: &str, address: &str) -> Result<()> {
        self.waiting.clear();
        if self.relations.is_none() {
            self.waiting.push_str(BEGIN);
        }
        self.waiting.push_str("<Relationship");
        for (name, text) in [("Id", id), ("Type", HYPERLINK), ("Target", address), ("TargetMode", "External")]
        {
            attribute(&mut self.waiting, name, text);
        }
        self.waiting.push_str("/>");
        let relations = match &mut self.relations {
            Some(part) => part,
            none => none.insert(Part::begin()?),
        };
        relations.write(&self.waiting)
    }

    /// Writes the links into the sheet's part, and gives that of the relations to files.
    ///
    /// # Errors
    /// [`crate::Error::Write`]
    pub(super) fn end(mut self, sheet: &mut Part) -> Result<Option<Part>> {
        if let Some(elements) = self.elements {
            sheet.write("<hyperlinks>")?;
            let mut elements = elements.into_inner().map_err(|_| unwritten())?;
            elements.rewind().map_err(|_| unwritten())?;
            sheet.copy(&mut elements)?;
            sheet.write("</hyperlinks>")?;
        }
        if let Some(relations) = &mut self.relations {
            relations.write(END)?;
        }
        Ok(self.relations)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_sheet_takes_no_more_links_than_excel_opens() {
        let mut links = Links::default();
        let to = Target::Within("'表'!A1".to_owned());
        for _ in 0..MAX_LINKS {
            assert!(links.add(("A", "1"), &to, "看", "甲<乙").unwrap());
        }
        assert!(!links.add(("A", "1"), &to, "看", "甲").unwrap());
        let link = "<hyperlink ref=\"A1\" location=\"'表'!A1\" tooltip=\"看\" display=\"甲&lt;乙\"/>";
        let mut elements = links.elements.unwrap().into_inner().unwrap();
        let mut text = String::new();
        elements.rewind().unwrap();
        elements.read_to_string(&mut text).unwrap();
        assert_eq!(text.matches(link).count(), MAX_LINKS as usize);
    }
}
