#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| einwurf_decoders::run("push", bytes));
