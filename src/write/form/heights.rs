//! How high rows must be for what is put into them.

use std::collections::{BTreeMap, HashMap};

use unicode_width::UnicodeWidthStr;

use crate::layout::fill::{Content, Filling};
use crate::model::{Address, Area};
use crate::write::package::xml::{Kind, Tag};

/// The width of a column that says nothing, in characters (ECMA-376, part 1, 18.3.1.81).
const DEFAULT_WIDTH: f64 = 8.43;
/// What of a column's width is no room for text.
const MARGIN: f64 = 1.5;
/// The height of a line in the usual faces of 10.5 and 11 points, and what stands above and below, in points.
const LINE: f64 = 14.5;
const PADDING: f64 = 4.0;
/// No row is higher.
const MAX_HEIGHT: f64 = 409.0;

/// The widths of a sheet's columns, in characters.
#[derive(Debug, Default)]
pub(super) struct Widths {
    default: Option<f64>,
    /// First and last column, 0-based, and the width.
    columns: Vec<(u32, u32, f64)>,
}

impl Widths {
    pub(super) fn see(&mut self, tag: &Tag<'_>) {
        if tag.kind == Kind::Close {
            return;
        }
        match (tag.depth, tag.local()) {
            (1, "sheetFormatPr") => self.default = tag.number("defaultColWidth"),
            (2, "col") => {
                let bounds = tag.number::<u32>("min").zip(tag.number::<u32>("max"));
                if let (Some((min @ 1.., max)), Some(width)) = (bounds, tag.number("width")) {
                    self.columns.push((min - 1, max.saturating_sub(1), width));
                }
            }
            _ => {}
        }
    }

    fn of(&self, col: u32) -> f64 {
        let own = self.columns.iter().find(|(first, last, _)| (*first..=*last).contains(&col));
        own.map(|(_, _, width)| *width).or(self.default).unwrap_or(DEFAULT_WIDTH)
    }

    /// The height, in points, that each row needs for the texts that are put into it; those of areas over several rows
    /// have room enough. Rows are 0-based and stand where they stand afterwards.
    pub(super) fn heights(&self, filling: &Filling, merges: &[Area]) -> BTreeMap<u32, f64> {
        let merges: HashMap<Address, Area> = merges.iter().map(|area| (area.first, *area)).collect();
        let mut heights: BTreeMap<u32, f64> = BTreeMap::new();
        for (at, content) in &filling.cells {
            let Content::Text(text) = content else { continue };
            let area = merges.get(at).copied().unwrap_or(Area::single(*at));
            if area.first.row != area.last.row {
                continue;
            }
            let width: f64 =
                (area.first.col..=area.last.col.min(area.first.col + 64)).map(|col| self.of(col)).sum();
            let room = (width - MARGIN).max(2.0);
            let lines: f64 = text.split('\n').map(|line| (count(line.width()) / room).ceil().max(1.0)).sum();
            let needed = (lines * LINE + PADDING).min(MAX_HEIGHT);
            let height = heights.entry(at.row).or_default();
            *height = height.max(needed);
        }
        heights
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}
