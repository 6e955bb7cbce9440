//! Binary sheets: the fuzzer writes `sheet1.bin` of a workbook, or the whole file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::read(&jixiao_fuzz::xlsb(data));
});
