//! The tables of projects and of their indicators as Parquet. Numbers are doubles beside the data's own exact decimals.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::Result as ParquetResult;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::data::{Flat, flat};
use crate::error::{Error, Result};
use crate::layout::Form;
use crate::model::columns;

/// The two tables: that of the projects, and that of their indicators.
///
/// # Errors
/// [`Error::Write`]; none is known to happen.
pub fn tables(forms: &[Form]) -> Result<(Vec<u8>, Vec<u8>)> {
    let (of_projects, of_indicators) = flat(forms)?;
    let failed =
        |cause: parquet::errors::ParquetError| Error::Write { what: "Parquet", cause: cause.to_string() };
    Ok((table(&of_projects).map_err(failed)?, table(&of_indicators).map_err(failed)?))
}

fn is_number(head: &str) -> bool {
    columns::NUMBERS.contains(&head)
}

fn table(table: &Flat) -> ParquetResult<Vec<u8>> {
    let fields = table.heads.iter().map(|head| {
        let physical = if is_number(head) { Physical::DOUBLE } else { Physical::BYTE_ARRAY };
        let field = Type::primitive_type_builder(head, physical).with_repetition(Repetition::OPTIONAL);
        let logical = (!is_number(head)).then_some(LogicalType::String);
        field.with_logical_type(logical).build().map(Arc::new)
    });
    let fields = fields.collect::<ParquetResult<Vec<_>>>()?;
    let schema = Arc::new(Type::group_type_builder("jixiao").with_fields(fields).build()?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("jixiao".to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (at, head) in table.heads.iter().enumerate() {
        let Some(mut column) = group.next_column()? else { break };
        let values = || table.rows.iter().map(|row| row[at].as_str());
        let there: Vec<i16> = values().map(|text| i16::from(!text.is_empty())).collect();
        let stated = values().filter(|text| !text.is_empty());
        if is_number(head) {
            let numbers: Vec<f64> = stated.map(|text| text.parse().unwrap_or(f64::NAN)).collect();
            column.typed::<DoubleType>().write_batch(&numbers, Some(&there), None)?;
        } else {
            let texts: Vec<ByteArray> = stated.map(ByteArray::from).collect();
            column.typed::<ByteArrayType>().write_batch(&texts, Some(&there), None)?;
        }
        column.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(bytes)
}
