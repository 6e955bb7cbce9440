//! Word documents: the fuzzer writes `document.xml`, or the whole file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::read(&jixiao_fuzz::docx(data));
});
