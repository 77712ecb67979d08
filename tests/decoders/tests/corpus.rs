//! Every file of every corpus, by the function that the fuzzer calls.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use einwurf_decoders::{TARGETS, run};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn fuzz() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn names(folder: &str) -> BTreeSet<String> {
    let paths = fs::read_dir(fuzz().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

fn replay(target: &str) {
    let mut files = 0;
    for entry in fs::read_dir(fuzz().join("corpus").join(target)).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        // Which one it was stands in what a failed test prints.
        println!("{}", path.display());
        run(target, &bytes);
        files += 1;
    }
    assert!(files > 0, "{target} has no corpus");
}

macro_rules! replayed {
    ($($test:ident = $target:literal)*) => {
        const REPLAYED: &[&str] = &[$($target),*];
        $(#[test] fn $test() { replay($target); })*
    };
}

replayed! {
    readers_of_json_agree = "json"
    browsers_read_types_as_they_are_written = "wire"
    the_relay_reads_bodies_as_they_are_written = "bodies"
    a_header_has_one_form = "header"
    an_event_is_the_same_without_its_content = "envelope"
    padding_has_one_form = "padding"
    a_signature_has_one_form_and_one_type = "jws"
    a_grant_is_of_one_site = "grant"
    a_notice_forces_no_other_consent = "notice"
    a_value_has_one_form = "codec"
    a_colour_can_be_read = "colour"
    a_link_leads_where_it_says = "links"
    a_policy_is_read_as_it_is_written = "policy"
    a_language_that_nobody_speaks_has_the_same_texts = "language"
    a_link_to_the_inbox_leads_to_the_same_site = "fragment"
    a_bundle_has_one_form = "bundle"
    a_recovery_code_is_one_however_it_is_typed = "recovery"
    no_key_comes_out_of_nothing = "sealed_key"
    no_password_leaves_without_tls_whatever_a_server_says = "smtp"
    nothing_leads_anywhere_that_the_relay_did_not_make = "address"
    credentials_are_as_many_as_asked_for = "credentials"
    what_a_visitor_posts_fits_or_is_refused = "posted"
    enc_06_a_webhook_points_to_one_public_name_for_every_reader = "webhook"
    what_is_clean_stays_clean = "file"
    what_was_sealed_is_opened_whole_or_not_at_all = "sealed_file"
    met_05_a_subscription_leads_to_a_push_service_for_every_reader = "push"
    quiet_hours_end_and_nothing_goes_before_it_is_due = "wishes"
    what_was_counted_has_one_form_and_work_that_nobody_asked_for_is_worth_nothing = "counters"
    nobody_is_let_in_by_what_they_make_up = "login"
    a_proof_is_told_without_tricks = "proof"
    a_mail_answers_one_conversation_once = "answer"
    enc_01_a_message_comes_out_of_mail_and_mbox_as_it_went_in = "letter"
    what_a_device_keeps_has_one_form = "kept"
    what_is_typed_leads_to_a_relay_over_tls = "typed"
    what_the_doctor_finds_lies_in_the_page = "page"
}

#[test]
fn every_decoder_has_a_target_a_corpus_and_a_test() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known.len(), TARGETS.len());
    assert_eq!(REPLAYED.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), known);
    assert_eq!(names("corpus"), known);
    assert_eq!(names("fuzz_targets"), known);
}
