//! Acts: what a member tells the visitor and the relay, member by member.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

use einwurf_protocol::{
    message::{Act, Basis, Reason},
    time::Timestamp,
};
use serde_json::{Value, json};

fn all() -> Vec<(Act, Value)> {
    let until = Timestamp(9);
    vec![
        (
            Act::Handover { parts: vec![0, 2], basis: Basis::Contract, until },
            json!({ "act": "handover", "parts": [0, 2], "basis": "contract", "until": 9 }),
        ),
        (
            Act::Handover { parts: vec![], basis: Basis::Law, until },
            json!({ "act": "handover", "parts": [], "basis": "law", "until": 9 }),
        ),
        (Act::Hold { reason: Reason::Claim, until }, json!({ "act": "hold", "reason": "claim", "until": 9 })),
        (
            Act::Hold { reason: Reason::Authority, until },
            json!({ "act": "hold", "reason": "authority", "until": 9 }),
        ),
        (Act::Release, json!({ "act": "release" })),
        (Act::Restrict, json!({ "act": "restrict" })),
        (Act::Lift, json!({ "act": "lift" })),
        (Act::Erase { parts: vec![1] }, json!({ "act": "erase", "parts": [1] })),
        (Act::Ask, json!({ "act": "ask" })),
    ]
}

fn read(value: &Value) -> Option<Act> {
    serde_json::from_value(value.clone()).ok()
}

#[test]
fn every_act_has_its_one_form() {
    for (act, json) in all() {
        assert_eq!(serde_json::to_value(&act).unwrap(), json);
        assert_eq!(read(&json), Some(act));
    }
}

#[test]
fn an_act_with_a_member_of_another_act_or_without_a_value_is_refused() {
    let members =
        [("parts", json!([0])), ("basis", json!("law")), ("reason", json!("claim")), ("until", json!(9))];
    for (_, json) in all() {
        for (name, value) in &members {
            for value in [value.clone(), Value::Null] {
                let mut other = json.clone();
                if value == Value::Null || json.get(name).is_none() {
                    other[name] = value;
                    assert_eq!(read(&other), None, "{other}");
                }
            }
        }
    }
}

#[test]
fn an_act_with_a_missing_or_unknown_member_is_refused() {
    for (_, json) in all() {
        for member in json.as_object().unwrap().keys() {
            let mut less = json.clone();
            less.as_object_mut().unwrap().remove(member);
            assert_eq!(read(&less), None, "{less}");
        }
        let mut more = json.clone();
        more["note"] = "canary".into();
        assert_eq!(read(&more), None, "{more}");
    }
    for odd in
        [json!({ "act": "sell" }), json!({ "act": "hold", "reason": "habit", "until": 9 }), json!("ask")]
    {
        assert_eq!(read(&odd), None, "{odd}");
    }
}
