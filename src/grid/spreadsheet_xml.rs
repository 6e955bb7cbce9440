//! XML Spreadsheet 2003.

use super::Grid;
use crate::error::Result;

pub(super) fn read(_bytes: &[u8]) -> Result<Vec<Grid>> {
    Ok(Vec::new())
}
