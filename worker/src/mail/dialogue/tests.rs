use super::*;
use crate::mail::tests::account;

const GREETING: &str = "220 mail.example ESMTP";
const EHLO: &str = "250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN";

fn job(security: Security) -> Job {
    Job {
        account: account(security),
        client: "relay.example".into(),
        recipients: vec!["a@b.example".into(), "c@d.example".into()],
        message: b"Subject: x\r\n\r\n.dot\r\n".to_vec(),
    }
}

fn reply(text: &str) -> Reply {
    let mut replies = crate::mail::reply::Replies::default();
    replies.push(format!("{text}\r\n").as_bytes());
    replies.next_reply().unwrap().unwrap()
}

/// Feeds the replies; answers what was sent, TLS changes as `<TLS>`, and the end if there was one.
fn play(job: Job, replies: &[&str]) -> (Vec<String>, Option<Outcome>) {
    let mut dialogue = Dialogue::new(job);
    let mut sent = Vec::new();
    for text in replies {
        match dialogue.reply(&reply(text)) {
            Step::Send(bytes) => sent.push(String::from_utf8(bytes).unwrap()),
            Step::Upgrade(bytes) => sent.push(format!("<TLS>{}", String::from_utf8(bytes).unwrap())),
            Step::Rest(outcome) | Step::End(outcome) => return (sent, Some(outcome)),
            Step::Renew => panic!("the first mail of a connection"),
        }
    }
    (sent, None)
}

#[test]
fn a_mail_over_implicit_tls_goes_out() {
    let (sent, outcome) = play(
        job(Security::Tls),
        &[GREETING, EHLO, "235 ok", "250 ok", "250 ok", "250 ok", "354 go", "250 queued"],
    );
    assert_eq!(
        sent,
        [
            "EHLO relay.example\r\n",
            "AUTH PLAIN AGLDvHJvAGdlaGVpbQ==\r\n",
            "MAIL FROM:<relay@fensterbau.example>\r\n",
            "RCPT TO:<a@b.example>\r\n",
            "RCPT TO:<c@d.example>\r\n",
            "DATA\r\n",
            "Subject: x\r\n\r\n..dot\r\n.\r\n",
        ]
    );
    assert_eq!(outcome, Some(Outcome::Sent(Vec::new())));
}

#[test]
fn starttls_comes_before_anything_else_and_greets_again() {
    let (sent, _) = play(job(Security::Starttls), &[GREETING, EHLO, "220 go", EHLO]);
    assert_eq!(sent[1..3], ["STARTTLS\r\n", "<TLS>EHLO relay.example\r\n"]);
    assert!(sent[3].starts_with("AUTH PLAIN "));
}

#[test]
fn enc_05_without_starttls_nothing_is_said() {
    let (sent, outcome) = play(job(Security::Starttls), &[GREETING, "250-mail.example\r\n250 AUTH PLAIN"]);
    assert_eq!(sent, ["EHLO relay.example\r\n"]);
    assert!(matches!(outcome, Some(Outcome::Wrong(_))));
}

#[test]
fn enc_05_a_refused_starttls_ends_it() {
    let (sent, outcome) = play(job(Security::Starttls), &[GREETING, EHLO, "454 not now"]);
    assert_eq!((sent.len(), outcome), (2, Some(Outcome::Unreachable("454 not now".into()))));
}

#[test]
fn login_is_used_where_plain_is_not_offered() {
    let ehlo = "250-mail.example\r\n250-AUTH=LOGIN\r\n250 AUTH LOGIN";
    let (sent, _) =
        play(job(Security::Tls), &[GREETING, ehlo, "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"]);
    assert_eq!(sent[1..4], ["AUTH LOGIN\r\n", "YsO8cm8=\r\n", "Z2VoZWlt\r\n"]);
    assert!(sent[4].starts_with("MAIL FROM"));
}

#[test]
fn without_a_common_mechanism_it_is_given_up_and_without_a_user_not_tried() {
    let ehlo = "250-mail.example\r\n250 AUTH CRAM-MD5";
    assert!(matches!(play(job(Security::Tls), &[GREETING, ehlo]).1, Some(Outcome::Wrong(_))));
    let mut anonymous = job(Security::Plaintext);
    anonymous.account.user.clear();
    assert!(play(anonymous, &[GREETING, ehlo]).0[1].starts_with("MAIL FROM"));
}

#[test]
fn before_the_account_is_let_in_an_answer_is_about_the_server_and_after_it_about_the_mail() {
    let script = [GREETING, EHLO, "235 ok", "250 ok", "250 ok", "250 ok", "354 go"];
    for length in 0..=script.len() {
        let with = |answer: &str| {
            let replies: Vec<&str> =
                script[..length].iter().copied().chain([answer, answer, "354 go", "250 ok"]).collect();
            play(job(Security::Tls), &replies).1
        };
        let refused_recipients = [4, 5].contains(&length);
        if !refused_recipients {
            let (later, never) = (with("451 later").unwrap(), with("550 never").unwrap());
            if length < 3 {
                assert_eq!(later, Outcome::Unreachable("451 later".into()), "{length}");
                assert_eq!(never, Outcome::Wrong("550 never".into()), "{length}");
            } else {
                assert_eq!(later, Outcome::Later("451 later".into()), "{length}");
                assert_eq!(never, Outcome::Never("550 never".into()), "{length}");
            }
        }
        assert!(matches!(with("421 closing"), Some(Outcome::Unreachable(_))), "{length}");
    }
}

#[test]
fn a_recipient_refused_does_not_stop_the_others() {
    let start = [GREETING, EHLO, "235 ok", "250 ok"];
    let run = |first: &str, second: &str| {
        let rest = [first, second, "354 go", "250 ok"];
        play(job(Security::Tls), &start.iter().copied().chain(rest).collect::<Vec<_>>()).1.unwrap()
    };
    let Outcome::Sent(refused) = run("550 unknown", "250 ok") else { panic!("not sent") };
    assert_eq!((refused[0].recipient.as_str(), refused[0].later), ("a@b.example", false));
    let Outcome::Sent(refused) = run("250 ok", "450 busy") else { panic!("not sent") };
    assert_eq!((refused[0].recipient.as_str(), refused[0].later), ("c@d.example", true));
    let nobody = |first: &str, second: &str| match run(first, second) {
        Outcome::Nobody(refused) => refused.iter().map(|one| one.later).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(nobody("550 unknown", "550 unknown"), [false, false]);
    assert_eq!(nobody("550 unknown", "450 busy"), [false, true]);
    assert_eq!(nobody("552 full", "452 full"), [true, true], "a mailbox that is full may be emptied");
}

#[test]
fn an_answer_out_of_place_ends_it() {
    for replies in [vec!["354 go"], vec![GREETING, "334 x"], vec![GREETING, EHLO, "334 x"]] {
        assert!(matches!(play(job(Security::Tls), &replies).1, Some(Outcome::Unreachable(_))), "{replies:?}");
    }
    let odd = [GREETING, EHLO, "235 ok", "354 odd"];
    assert!(matches!(play(job(Security::Tls), &odd).1, Some(Outcome::Later(_))), "one mail, not the server");
}

#[test]
fn lines_with_a_dot_and_a_missing_end_are_mended() {
    assert_eq!(stuffed(b".\r\n..\r\na."), b"..\r\n...\r\na.\r\n.\r\n");
    assert_eq!(stuffed(b""), b"\r\n.\r\n");
}

#[test]
fn only_the_wait_for_acceptance_is_long() {
    let mut dialogue = Dialogue::new(job(Security::Plaintext));
    for text in [GREETING, EHLO, "235 ok", "250 ok", "250 ok", "250 ok"] {
        dialogue.reply(&reply(text));
        assert!(!dialogue.awaits_acceptance());
    }
    dialogue.reply(&reply("354 go"));
    assert!(dialogue.awaits_acceptance());
}

#[test]
fn enc_05_no_password_goes_out_before_the_connection_is_secure() {
    // AUTH is offered, STARTTLS is not, or is refused, or AUTH is gone once it is secure.
    let plain = "250-mail.example\r\n250 AUTH PLAIN LOGIN";
    for replies in [
        vec![GREETING, plain, "235 ok"],
        vec![GREETING, EHLO, "502 no", "235 ok"],
        vec![GREETING, EHLO, "220 go", "250 mail.example", "235 ok"],
    ] {
        let (sent, outcome) = play(job(Security::Starttls), &replies);
        assert!(sent.iter().all(|line| !line.contains("AUTH")), "{sent:?}");
        assert!(matches!(outcome, Some(Outcome::Wrong(_))), "{outcome:?}");
    }
}

const LET_IN: [&str; 3] = [GREETING, EHLO, "235 ok"];
const TAKEN: [&str; 5] = ["250 ok", "250 ok", "250 ok", "354 go", "250 queued"];

/// A dialogue that has done what these replies lead to, and its last step.
fn after(replies: &[&str]) -> (Dialogue, Step) {
    let mut dialogue = Dialogue::new(job(Security::Tls));
    let step = answered(&mut dialogue, replies);
    (dialogue, step)
}

fn answered(dialogue: &mut Dialogue, replies: &[&str]) -> Step {
    replies.iter().map(|text| dialogue.reply(&reply(text))).last().unwrap()
}

fn rested(mail: &[&str]) -> Dialogue {
    let replies: Vec<&str> = LET_IN.iter().chain(mail).copied().collect();
    let (dialogue, step) = after(&replies);
    assert!(matches!(step, Step::Rest(_)), "{mail:?}: {step:?}");
    dialogue
}

#[test]
fn the_next_mail_goes_over_the_same_connection_whatever_became_of_the_one_before() {
    for before in [
        &TAKEN[..],
        &["250 ok", "550 unknown", "450 busy"],
        &["250 ok", "250 ok", "250 ok", "452 full"],
        &["250 ok", "250 ok", "250 ok", "354 go", "554 never"],
        &["451 later"],
    ] {
        let mut dialogue = rested(before);
        let next = Job { recipients: vec!["e@f.example".into()], ..job(Security::Tls) };
        assert_eq!(dialogue.another(&next), Some(&b"RSET\r\n"[..]));
        let mail = b"MAIL FROM:<relay@fensterbau.example>\r\n".to_vec();
        assert_eq!(dialogue.reply(&reply("250 ok")), Step::Send(mail), "no second login");
        let rcpt = b"RCPT TO:<e@f.example>\r\n".to_vec();
        assert_eq!(dialogue.reply(&reply("250 ok")), Step::Send(rcpt));
        let end = answered(&mut dialogue, &["250 ok", "354 go", "250 queued"]);
        assert_eq!(
            end,
            Step::Rest(Outcome::Sent(Vec::new())),
            "nobody of the mail before is named: {before:?}"
        );
    }
}

#[test]
fn a_connection_takes_ten_mails_and_those_of_one_account() {
    let mut dialogue = rested(&TAKEN);
    let again = ["250 ok"].into_iter().chain(TAKEN).collect::<Vec<_>>();
    for mail in 2..=MAILS_PER_CONNECTION {
        assert!(dialogue.another(&job(Security::Tls)).is_some(), "{mail}");
        assert_eq!(answered(&mut dialogue, &again), Step::Rest(Outcome::Sent(Vec::new())), "{mail}");
    }
    assert_eq!(dialogue.another(&job(Security::Tls)), None, "the eleventh");
    let changes: [fn(&mut Job); 3] = [
        |job| job.account.password.push('x'),
        |job| job.account.from = "other@fensterbau.example".into(),
        |job| job.client.push('x'),
    ];
    for change in changes {
        let mut other = job(Security::Tls);
        change(&mut other);
        assert_eq!(rested(&TAKEN).another(&other), None);
    }
}

#[test]
fn a_server_that_has_enough_after_some_mails_gets_the_next_over_a_new_connection() {
    let second = |replies: &[&str]| {
        let mut dialogue = rested(&TAKEN);
        dialogue.another(&job(Security::Tls)).unwrap();
        answered(&mut dialogue, replies)
    };
    for enough in [
        &["421 enough"][..],
        &["502 what?"],
        &["451 no"],
        &["354 odd"],
        &["250 ok", "452 4.5.3 too many mails"],
        &["250 ok", "550 no"],
        &["250 ok", "250 ok", "421 closing"],
        &["250 ok", "250 ok", "250 ok", "250 ok", "421 closing"],
        &["250 ok", "250 ok", "250 ok", "250 ok", "250 odd"],
    ] {
        assert_eq!(second(enough), Step::Renew, "{enough:?}");
    }
    // From here on it may have the mail, or answers about it.
    let data = ["250 ok", "250 ok", "250 ok", "250 ok"];
    let with = |more: &[&'static str]| second(&data.iter().chain(more).copied().collect::<Vec<_>>());
    assert_eq!(with(&["452 full"]), Step::Rest(Outcome::Later("452 full".into())));
    assert_eq!(with(&["354 go", "421 closing"]), Step::End(Outcome::Unreachable("421 closing".into())));
    assert_eq!(with(&["354 go", "552 full"]), Step::Rest(Outcome::Never("552 full".into())));
}

#[test]
fn a_connection_that_breaks_is_renewed_for_a_later_mail_only_and_only_before_the_server_has_it() {
    let first = after(&LET_IN).0;
    assert_eq!(first.broken("gone"), Step::End(Outcome::Later("gone".into())));
    let mut second = rested(&TAKEN);
    second.another(&job(Security::Tls)).unwrap();
    for answer in ["250 ok", "250 ok", "250 ok", "250 ok", "354 go"] {
        assert_eq!(second.broken("gone"), Step::Renew);
        second.reply(&reply(answer));
    }
    assert!(second.awaits_acceptance());
    assert_eq!(second.broken("gone"), Step::End(Outcome::Later("gone".into())));
}
