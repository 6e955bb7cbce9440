//! Data that this program writes: JSON, tables as text and as Parquet.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::read_data(data);
});
