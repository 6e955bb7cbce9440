//! What stops the work on a file, or a run. Faults in a form are no errors: see [`crate::model::Finding`].

use std::any::Any;

use rust_i18n::t;

use crate::layout::NearMiss;

/// Why bytes could not be turned into what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workbook is protected by a password.
    #[error("{}", t!("error.encrypted"))]
    Encrypted,
    /// The file is empty.
    #[error("{}", t!("error.empty"))]
    Empty,
    /// The bytes are those of no container that is read; the name says what they look like.
    #[error("{}", t!("error.unknown_format", looks_like = looks_like))]
    UnknownFormat {
        /// What the content looks like, in the user's words.
        looks_like: String,
    },
    /// The file is a summary workbook or a report that this program wrote: it lists indicators, but is no form.
    #[error("{}", t!("error.own_output"))]
    OwnOutput,
    /// The container is damaged or cut off.
    #[error("{}", t!("error.damaged", format = format))]
    Damaged {
        /// The container's name (`xlsx`).
        format: &'static str,
        /// What its reader said.
        cause: String,
    },
    /// The container claims to hold more than a form can need.
    #[error("{}", t!("error.too_large", megabytes = megabytes))]
    TooLarge {
        /// What it claims, inflated, in MiB.
        megabytes: u64,
    },
    /// A sheet holds more cells or text than a form can need, or spreads them over more of the sheet.
    #[error("{}", t!("error.too_many_cells"))]
    TooManyCells,
    /// The container was read, and no form is in it.
    #[error("{}", t!("error.no_form"))]
    NoForm,
    /// The container was read, and no narrative report is in it.
    #[error("{}", t!("error.no_report"))]
    NoReport,
    /// The container was read, and what is in it is almost a form.
    #[error("{}", near_miss(sheet, miss))]
    NearMiss {
        /// The sheet.
        sheet: String,
        /// What it has of a form.
        miss: Box<NearMiss>,
    },
    /// The form is of a kind that is known and not read.
    #[error("{}", t!("error.refused", layout = layout, why = why))]
    Refused {
        /// The layout's name.
        layout: String,
        /// What to do instead, in the user's words.
        why: String,
    },
    /// A reader failed in a way that it should not have.
    #[error("{}", t!("error.crashed"))]
    Crashed {
        /// The reader's last words.
        cause: String,
    },
    /// Data is not what this program writes.
    #[error("{}", t!("error.record", line = line, cause = cause))]
    Record {
        /// The line, 1-based.
        line: usize,
        /// What is wrong, and which member it is about.
        cause: String,
    },
    /// Forms of this container are read, but cannot be filled.
    #[error("{}", t!("fill.other_container"))]
    NotFillable,
    /// A template file does not say what it should.
    #[error("{}", t!("error.template", path = path, cause = cause))]
    Template {
        /// The file's path below `templates/`.
        path: String,
        /// What is wrong, with line and column where known.
        cause: String,
    },
    /// A document could not be written.
    #[error("{}", t!("error.write", what = what, cause = cause))]
    Write {
        /// What was being written.
        what: &'static str,
        /// What went wrong.
        cause: String,
    },
}

impl Error {
    /// What the reader that gave up said, for those who look for the cause in the file.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Damaged { cause, .. } | Self::Crashed { cause } => Some(cause),
            _ => None,
        }
    }
}

/// The last words of code that panicked.
pub(crate) fn panic_cause(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

/// What a sheet that is almost a form lacks, and what to do about it.
pub fn near_miss(sheet: &str, miss: &NearMiss) -> String {
    let listed = |heads: &[(String, crate::model::Address)]| {
        let heads: Vec<String> = heads.iter().map(|(head, cell)| format!("{head}（{cell}）")).collect();
        if heads.is_empty() { t!("error.near_miss_none").into_owned() } else { heads.join("、") }
    };
    let mut text = t!(
        "error.near_miss",
        sheet = sheet,
        layout = miss.layout,
        found = listed(&miss.found),
        missing = miss.missing.join("、"),
        unknown = listed(&miss.unknown)
    )
    .into_owned();
    if !miss.vocabulary.is_empty() {
        text += &t!("error.near_miss_vocabulary");
        for line in ["[indicator_column]"].into_iter().chain(miss.vocabulary.iter().map(String::as_str)) {
            text += "\n    ";
            text += line;
        }
    }
    text
}

/// The result of the library's functions.
pub type Result<T> = std::result::Result<T, Error>;
