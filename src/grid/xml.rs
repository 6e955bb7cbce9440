//! What the readers of XML share.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// The value of an element's attribute, by the local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    // To look for attributes that stand twice takes the square of their number.
    let mut attributes = element.attributes();
    let mut found = attributes.with_checks(false).flatten();
    let attribute = found.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}
