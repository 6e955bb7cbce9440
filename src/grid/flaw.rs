//! What of a sheet must not be passed over in silence.

use std::fmt::Display;

use crate::model::Address;

/// A trap in a sheet: what is printed there may not be what its writer meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A formula whose result the file does not hold: no program has computed it.
    NotComputed(Address),
    /// A cell whose text the workbook has lost.
    Lost(Address),
    /// A cell that the file gives twice; the text that did not win.
    GivenTwice(Address, String),
    /// A hidden row in which something stands; 0-based.
    Hidden(u32),
    /// The sheet breaks off.
    CutOff {
        /// The last cell that was read.
        after: Option<Address>,
        /// What a programmer would say.
        cause: String,
    },
}

impl Flaw {
    pub(super) fn cut_off(after: Option<Address>, cause: &dyn Display) -> Self {
        Self::CutOff { after, cause: cause.to_string() }
    }

    /// Where it is, as far as it has a place.
    pub fn cell(&self) -> Option<Address> {
        match self {
            Self::NotComputed(at) | Self::Lost(at) | Self::GivenTwice(at, _) => Some(*at),
            Self::Hidden(row) => Some(Address::new(*row, 0)),
            Self::CutOff { after, .. } => *after,
        }
    }

    /// Why a sheet breaks off.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::CutOff { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
