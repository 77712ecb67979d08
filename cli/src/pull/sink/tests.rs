//! Forms of places.

use super::*;
use crate::pull::item::What;
use einwurf_protocol::{ids::Cid, time::Timestamp};

#[test]
fn a_message_cannot_begin_another_in_an_mbox() {
    let what = What::Message(Box::default());
    let item = Item { cid: Cid([1; 32]), seq: Some(0), at: Timestamp(1_800_000_000), what };
    let bytes = mbox(&item, b"Subject: x\r\n\r\nFrom evil\r\n>From older\r\nFromage\r\n");
    let text = String::from_utf8(bytes).unwrap();
    let expected =
        "From MAILER-DAEMON Fri Jan 15 08:00:00 2027\nSubject: x\n\n>From evil\n>>From older\nFromage\n\n\n";
    assert_eq!(text, expected);
}
