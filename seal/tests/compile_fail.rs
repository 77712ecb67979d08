//! What was not checked, or not consented to, does not compile (design: the way of a message). Each file holds the one
//! line that must not pass, and the compiler's reason beside it; `as_it_should_be.rs`, which is compiled as part of this
//! test, shows that nothing else is wrong with them.
#![cfg(all(feature = "seal", feature = "open"))]

#[path = "compile_fail/as_it_should_be.rs"]
mod as_it_should_be;

#[test]
fn con_02_only_consented_messages_can_be_sealed() {
    as_it_should_be::main();
    let cases = trybuild::TestCases::new();
    for case in [
        "bare_message",
        "draft",
        "consented_draft",
        "consented_without_consent",
        "consent_without_shown_notice",
        "notice_that_was_not_read",
        "message_without_check",
    ] {
        cases.compile_fail(format!("tests/compile_fail/{case}.rs"));
    }
}
