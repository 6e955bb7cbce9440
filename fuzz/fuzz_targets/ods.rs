//! OpenDocument: the fuzzer writes `content.xml`, or the whole file.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::read(&jixiao_fuzz::ods(data));
});
