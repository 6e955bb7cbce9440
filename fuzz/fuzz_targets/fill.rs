//! Blank forms: the fuzzer writes `sheet1.xml` of a workbook, or the whole file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::fill(&jixiao_fuzz::xlsx(data));
});
