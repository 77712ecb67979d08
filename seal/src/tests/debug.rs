//! What `Debug` of anything that holds a key says.

use super::{
    rng::drawn,
    support::{NOW, talk},
};
use crate::{InboxSecret, MemberKeys, OpenedKey, RecoveryCode, SiteKey};

#[test]
fn enc_02_debug_shows_no_secret() {
    let mut talk = talk("debug");
    talk.write("the text");
    let mut rng = drawn("debug");
    let former = einwurf_protocol::message::FormerEpoch { epoch: 0, to_staff: vec![1], to_visitor: vec![2] };
    let shown: [&dyn std::fmt::Debug; 10] = [
        &SiteKey::generate(&mut rng),
        &InboxSecret::generate(&mut rng),
        &MemberKeys::generate(&mut rng),
        &RecoveryCode::generate(&mut rng),
        &talk.visitor,
        &talk.visitor.keys(0),
        &OpenedKey::Site(talk.site.clone()),
        &talk.site.0,
        &former,
        &talk.thread().entries,
    ];
    let shown = shown.map(|secret| format!("{secret:?}")).join("\n");
    insta::assert_snapshot!(shown, @"
    SiteKey(vzNofCdoYOLdFY71M3-hZFnzms2kHl1E9E8BqfNF2tE, key hidden)
    InboxSecret(V7HE_kZkmPV1iYqJflhHx6nHaEJNV6fhtLTA2MHaKVM, key hidden)
    MemberKeys(y384dz3KK8TJIRTFB0Swp-VZgPyzUVsE9k3XP4nmzhU, keys hidden)
    RecoveryCode(hidden)
    VisitorConversation(l1ad9dbuDayE4LhX1sEKasxmBcFuADMyDup67Q9TdP8, next 1, keys hidden)
    Some(EpochKeys(hidden))
    Site(SiteKey(vzNofCdoYOLdFY71M3-hZFnzms2kHl1E9E8BqfNF2tE, key hidden))
    Signer(vzNofCdoYOLdFY71M3-hZFnzms2kHl1E9E8BqfNF2tE, key hidden)
    FormerEpoch(0, keys hidden)
    [Entry(0, ToStaff, Message, content hidden)]
    ");
    assert!(!format!("{:?}", talk.open()).contains("the text"));
    assert!(!format!("{:?}", talk.inbox[0].entry(NOW)).contains(&hex::encode(*talk.inbox[0].seed())));
}
