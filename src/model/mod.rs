//! What everybody speaks: a [`Project`] and its parts, exact numbers, sources and findings.
//!
//! Nothing here knows of files or of Excel. What a form prints is what stands here: nothing is corrected on
//! the way in. Recomputed figures live in [`crate::rules`], beside the printed ones, never in their place.

pub mod address;
pub mod columns;
pub mod difference;
pub mod finding;
pub mod indicator;
pub mod insertion;
pub mod join;
pub mod json;
pub mod number;
pub mod project;
pub mod quantity;
pub mod report;
pub(crate) mod script;
pub mod term;

pub use address::{Address, Area};
pub use finding::{Finding, Level};
pub use indicator::{Actual, Indicator, Target};
pub use insertion::Insertions;
pub use project::{
    Field, Fund, FundRole, Goal, Grade, Kind, MoneyUnit, Project, Source, Subject, Total, Unread,
};
pub use quantity::{Operator, Quantity};
pub use report::Report;
pub use rust_decimal::Decimal;
pub use term::Term;
