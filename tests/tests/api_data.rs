//! "My data": everything that the relay holds of a conversation, for the visitor who wrote it.

use anyhow::Result;
use einwurf_protocol::{
    api::{header, path},
    codec::to_base64url,
    ids::{Secret, token_hash},
    problem::Code,
};
use einwurf_tests::{pace, seed::bearer, world::World};

#[test]
fn rgt_05_the_visitor_reads_everything_that_the_relay_holds() -> Result<()> {
    let world = World::quiet("data")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Was haben Sie von mir?")?;
    visitor.write("Alles bitte.")?;
    world.staff(&site)?.newest()?;
    pace::until("the consent record", || Ok((visitor.receipt()?.records.len() == 1).then_some(())))?;
    let data = visitor.data()?;
    assert_eq!(data.conversation, visitor.read(None)?);
    assert_eq!(data.receipt, visitor.receipt()?);
    let stored = |name: &str| data.stored.get(name).cloned().unwrap_or_default();
    assert_eq!(stored("conversation.meta.cid"), [to_base64url(&visitor.conversation.cid().0)]);
    assert_eq!(stored("conversation.meta.token"), [to_base64url(&token_hash(visitor.conversation.token()))]);
    assert_eq!(stored("conversation.meta.head"), ["2"]);
    assert_eq!(stored("conversation.events.deleted").len(), 2);
    for store in ["conversation.", "inbox.", "proof."] {
        assert!(data.stored.keys().any(|name| name.starts_with(store)), "{store}: {:?}", data.stored.keys());
    }
    // The token itself is not stored, so it is not disclosed.
    let text = serde_json::to_string(&data)?;
    assert!(!text.contains(&visitor.conversation.token().to_string()));
    Ok(())
}

#[test]
fn rgt_05_nobody_else_reads_it_and_nothing_is_left_to_read_after_the_end() -> Result<()> {
    let world = World::quiet("data-others")?;
    let site = world.site()?;
    let (mut visitor, mut other) = (world.visitor(&site)?, world.visitor(&site)?);
    visitor.open("Meins.")?;
    other.open("Auch meins.")?;
    let address = visitor.address.clone().unwrap_or_default();
    for token in [*other.conversation.token(), Secret([0; 32])] {
        let token = bearer(token);
        let headers = [(header::CONVERSATION, address.as_str()), (header::AUTHORIZATION, token.as_str())];
        for path in [path::DATA, path::RECEIPT] {
            assert_eq!(world.http().get(path, &headers)?.code()?, Some(Code::Unauthorized), "{path}");
        }
    }
    let about_other = to_base64url(&other.conversation.cid().0);
    assert!(!serde_json::to_string(&visitor.data()?)?.contains(&about_other));
    visitor.withdraw()?;
    assert_eq!(visitor.get(path::DATA)?.code()?, Some(Code::Gone));
    assert!(visitor.get(path::RECEIPT)?.status == 200);
    Ok(())
}
