//! Narrative reports: the fuzzer writes a text, or a whole document.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    jixiao_fuzz::proof_read(data);
});
