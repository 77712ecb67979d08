//! Receipt and data, and the private link.

use super::*;
use einwurf_protocol::{consent::Ticks, message::Attachment, notice::Purpose};

#[test]
fn rec_05_a_receipt_before_the_first_message_has_the_link_that_later_opens_it() {
    let mut courier = courier();
    let inbox = fixtures::inbox_key(0);
    assert!(courier.begin((FIRST, &inbox), &mut rng()).unwrap().is_some(), "a ticket for its address");
    ticketed(&mut courier);
    let consent = order(FIRST, 0, false).message.consent().clone();
    let receipt = courier.promise(&consent, NOW, 90).unwrap();
    assert_eq!(Courier::named(&receipt), [consent.notice()]);
    assert!(matches!(
        answer::got::<Receipt>(&Reply { status: 200, body: receipt.into_bytes() }),
        Read::Done(_)
    ));
    let link = courier.fragment(3).unwrap();

    // The ticket ended meanwhile: another one for the same address.
    courier.drop_ticket();
    sealed(&mut courier, FIRST, 0, false);
    let Next::Ticket(request) = courier.step() else { panic!() };
    assert!(request.headers.contains(&(header::CONVERSATION, "somewhere".to_owned())));
    ticketed(&mut courier);
    let mut relay = Relay::default();
    let event = relay.store(&mut courier);
    accept(&mut courier, &event);

    let bundle = from_base64url(link.strip_prefix("bundle=").unwrap()).unwrap();
    let mut elsewhere = super::courier();
    assert_eq!(elsewhere.restore(&bundle, &manifest()), Some(Talk));
    assert_eq!(news(relay.look(&mut elsewhere)).shown.len(), 1);
    assert_eq!(leave::withdrawal(&mut elsewhere).header.prev, event.digest);
}

#[test]
fn rgt_05_the_bag_is_json_with_everything_in_it() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    let shown = news(relay.look(&mut courier)).shown;
    let mut thread = shown.clone();
    thread.push(fixtures::act(1, "erase", "\"</script>"));
    thread.push(fixtures::shown(2, Direction::ToVisitor, None));
    let bag = Bag {
        now: NOW,
        manifest: "a.b.c",
        notices: &["{\"typ\":\"x\"}".to_owned()],
        data: Some("{\"stored\":{}}"),
        thread: &thread,
        link: Some("https://door.example/#bundle=x"),
        check: "https://relay.example/check",
        place: Some("https://door.example/"),
    };
    let json: serde_json::Value =
        serde_json::from_str(&courier.bag(&bag, "{\"grants\":[]}", None).unwrap()).unwrap();
    let [own, act, erased] = [0, 1, 2].map(|index| json["thread"][index].clone());
    assert_eq!((&own["text"], &own["email"]), (&"The window jams.".into(), &"erika@muster.example".into()));
    assert_eq!(
        (&own["from"], &act["from"], &act["act"]),
        (&"visitor".into(), &"staff".into(), &"erase".into())
    );
    assert_eq!((&act["text"], &erased["erased"]), (&"\"</script>".into(), &true.into()));
    assert_eq!(json["where"], "https://door.example/");
    assert_eq!(json["data"]["stored"], serde_json::json!({}));
    assert_eq!(json["notices"][0], "{\"typ\":\"x\"}");
    assert!(json.get("choices").is_none(), "the notice asked for nothing of the kind");
}

#[test]
fn rec_05_the_choices_of_a_receipt_are_those_of_its_grant_and_not_of_a_consent_that_is_not_sent_yet() {
    let mut courier = open(&mut Relay::default());
    let offers = &[Purpose::Special];
    let notice = fixtures::site(Kind { offers, ..Kind::usual(Register::En) }).unwrap().notice;
    let consent = |special| {
        let mut ticks = Ticks::default();
        ticks.set(Purpose::Answer, true);
        ticks.set(Purpose::Special, special);
        notice.agree(&ticks).unwrap()
    };
    let (sent, unsent) = (consent(false), consent(true));
    let choices = |courier: &Courier| {
        let bag = Bag {
            now: NOW,
            manifest: "a.b.c",
            notices: &[],
            data: None,
            thread: &[],
            link: None,
            check: "",
            place: None,
        };
        let bag = courier.bag(&bag, "{\"grants\":[]}", Some(&unsent)).unwrap();
        serde_json::from_str::<serde_json::Value>(&bag).unwrap()["choices"].clone()
    };
    let salt = *courier.conversation.as_ref().unwrap().salt();
    let expected = |consent: &Consent| serde_json::to_value(consent.choices(&salt).unwrap()).unwrap();
    courier.granted = Some(sent.clone());
    assert_eq!(choices(&courier), expected(&sent));
    courier.granted = None;
    assert_eq!(choices(&courier), expected(&unsent), "before anything was sent");
}

#[test]
fn rgt_05_files_stand_in_my_data_and_what_opens_them_does_not() {
    let courier = open(&mut Relay::default());
    let mut shown = fixtures::shown(0, Direction::ToStaff, Some("Here."));
    let file = |description: Option<&str>| Attachment {
        id: MessageId([1; MessageId::LENGTH]),
        key: vec![7; 32],
        length: 25_000_000,
        name: "bild-1.jpg".to_owned().try_into().unwrap(),
        media_type: "image/jpeg".to_owned().try_into().unwrap(),
        description: description.map(str::to_owned),
        digest: Digest([9; 32]),
    };
    shown.attachments = vec![file(Some("\"a</script>")), file(None)];
    let bag = Bag {
        now: NOW,
        manifest: "a.b.c",
        notices: &[],
        data: Some("{}"),
        thread: &[shown],
        link: None,
        check: "",
        place: None,
    };
    let json: serde_json::Value =
        serde_json::from_str(&courier.bag(&bag, "{\"grants\":[]}", None).unwrap()).unwrap();
    let plain = serde_json::json!({ "name": "bild-1.jpg", "type": "image/jpeg", "length": 25_000_000 });
    let mut described = plain.clone();
    described["description"] = "\"a</script>".into();
    assert_eq!(json["thread"][0]["files"], serde_json::json!([described, plain]));
}

#[test]
fn files_are_named_in_the_message_and_declared_beside_it() {
    let mut courier = courier();
    let mut order = order(FIRST, 0, false);
    let cid = courier.cid(&order, &mut rng()).unwrap();
    let id = MessageId([5; MessageId::LENGTH]);
    order.declared = vec![Declared { id, bytes: 1_048 }];
    courier.seal(&order, &mut rng()).unwrap();
    assert_eq!(
        courier.known(),
        Some(cid),
        "it is sealed for the conversation that its files were sealed for"
    );
    let body: Open = serde_json::from_str(&courier.parcel.as_ref().unwrap().body).unwrap();
    assert_eq!(body.attachments, order.declared);
    let event = Event::read(body.event).unwrap();
    accept(&mut courier, &event);
    courier.seal(&order, &mut rng()).unwrap();
    let body: Append = serde_json::from_str(&courier.parcel.as_ref().unwrap().body).unwrap();
    assert_eq!(body.attachments, order.declared);
}

#[test]
fn a_conversation_that_the_relay_never_took_begins_anew_under_another_site_key_and_with_it_its_files() {
    let mut courier = courier();
    let first = courier.cid(&order(FIRST, 0, false), &mut rng()).unwrap();
    assert_eq!(courier.cid(&order(FIRST, 0, true), &mut rng()).unwrap(), first);
    assert_ne!(courier.cid(&order(NEXT, 1, true), &mut rng()).unwrap(), first);
}
