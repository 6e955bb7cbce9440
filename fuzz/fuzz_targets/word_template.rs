//! Word templates: the fuzzer writes `document.xml`, or the whole file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::fill_template(&jixiao_fuzz::docx(data));
});
