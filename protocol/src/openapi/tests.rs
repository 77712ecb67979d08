use super::{Body, document, operations};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every `$ref` of the document.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(to)) = members.get("$ref") {
                found.insert(to.clone());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => (),
    }
}

#[test]
fn whatever_the_document_refers_to_is_in_it_and_nothing_else_is() {
    let document = document("1.2.3");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{}", found.len());
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let there: BTreeSet<_> = schemas.keys().map(|name| format!("#/components/schemas/{name}")).collect();
    assert_eq!(found, there);
    assert_eq!(document["info"]["version"], "1.2.3");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_one_place() {
    let mut names = BTreeSet::new();
    let mut places = BTreeSet::new();
    for operation in operations() {
        assert!(names.insert(super::id(operation)), "{}", operation.path);
        assert!(places.insert((operation.method, operation.path)), "{}", operation.path);
        assert!(operation.says.ends_with(['.', '?']), "{}", operation.says);
        assert!(operation.method != "GET" || matches!(operation.body, Body::Nothing));
    }
    assert!(names.contains("getInboxConversation") && names.contains("getOpenapiJson"));
}

#[test]
fn unknown_members_are_refused_in_every_body_and_bytes_are_text() {
    let document = document("1");
    let schemas = &document["components"]["schemas"];
    for name in ["Open", "Append", "Setup", "LoginStart", "PostAct", "PutSheet", "Publish", "MailSettings"] {
        assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
    }
    assert_eq!(schemas["Envelope"]["properties"]["nonce"]["$ref"], "#/components/schemas/Base64url");
    assert_eq!(schemas["Open"]["required"], serde_json::json!(["v", "event"]));
}

#[test]
fn every_answer_names_its_codes() {
    let document = document("1");
    let open = &document["paths"]["/v1/conversations"]["post"]["responses"];
    assert!(open["201"]["content"]["application/json"].is_object());
    let conflict = &open["409"]["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"];
    assert_eq!(
        conflict["code"]["enum"],
        serde_json::json!(["chain-conflict", "consent-stale", "key-retired", "message-conflict"])
    );
    for operation in operations() {
        let said = &document["paths"][operation.path][operation.method.to_ascii_lowercase()];
        for status in ["500", "503"] {
            assert!(said["responses"][status].is_object(), "{}", operation.path);
        }
    }
}

#[test]
fn no_description_holds_a_link_into_the_code() {
    assert!(!document("1").to_string().contains("[`"));
}
