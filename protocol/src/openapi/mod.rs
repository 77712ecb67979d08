//! The relay's API as an `OpenAPI` 3.1 document. Forms of bodies and answers follow from the types that are read and
//! written; what a route needs and answers stands in one table. Nothing of it is in an app or in the relay: the document is
//! a file that is made with the rest.

mod forms;
mod operation;
mod staff;
mod visitors;

pub use forms::Base64url;
pub use operation::{Answer, Body, Header, Needs, Operation};

use crate::problem::{Code, MEDIA_TYPE, Problem};
use schemars::{
    SchemaGenerator,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Groups of routes, with their names.
const GROUPS: [(&str, &[Operation]); 6] = [
    ("visitors", visitors::VISITORS),
    ("entering", visitors::ENTERING),
    ("desk", staff::DESK),
    ("settings", staff::SETTINGS),
    ("webhooks", staff::WEBHOOKS),
    ("push", staff::PUSH),
];

/// Every route.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    GROUPS.into_iter().flat_map(|(_, operations)| operations)
}

/// The document.
pub fn document(version: &str) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| {
            "/components/schemas".clone_into(settings.definitions_path.to_mut());
            settings.meta_schema = None;
        })
        .with_transform(Plain);
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for (group, operations) in GROUPS {
        for operation in operations {
            let item = paths.entry(operation.path).or_insert_with(|| json!({}));
            let said = described(operation, group, &mut generator);
            set(item, &operation.method.to_ascii_lowercase(), said);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Einwurf",
            "version": version,
            "description": "The relay's API. Ids and credentials travel in headers, never in addresses. \
                `docs/protocol.md` says what the bytes mean, `docs/api.md` what holds for every route.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": schemes(),
        }
    })
}

fn schemes() -> Value {
    let bearer = |says: &str| json!({ "type": "http", "scheme": "bearer", "description": says });
    json!({
        "token": bearer("The token that the visitor drew when the conversation was opened."),
        "operator": bearer("The operator's token."),
        "setup": bearer("The secret of the set-up link."),
        "invitation": bearer("The token that an invitation's link gives."),
        "session": bearer("A staff session."),
        "possession": {
            "type": "apiKey",
            "in": "header",
            "name": crate::api::header::POSSESSION,
            "description": "Proof of possession (RFC 9449) by the device's key, for this request alone."
        }
    })
}

fn security(needs: Needs) -> Value {
    match needs {
        Needs::Nothing | Needs::Connection => json!([]),
        Needs::Token => json!([{ "token": [] }]),
        Needs::Operator => json!([{ "operator": [] }]),
        Needs::Setup => json!([{ "setup": [] }]),
        Needs::Invitation => json!([{ "invitation": [] }]),
        Needs::Login => json!([{ "possession": [] }]),
        Needs::Session | Needs::Fresh => json!([{ "session": [], "possession": [] }]),
    }
}

fn described(operation: &Operation, group: &str, generator: &mut SchemaGenerator) -> Value {
    let parameters: Vec<_> = operation.headers.iter().map(parameter).collect();
    let mut said = json!({
        "operationId": id(operation),
        "summary": operation.says,
        "tags": [group],
        "security": security(operation.needs),
        "responses": responses(operation, generator),
    });
    if operation.needs == Needs::Fresh {
        set(&mut said, "description", "Needs a login of the last ten minutes.");
    }
    if !parameters.is_empty() {
        set(&mut said, "parameters", parameters);
    }
    let body = match operation.body {
        Body::Nothing => return said,
        Body::Json(form) => content("application/json", &form(generator).to_value(), None),
        Body::Part => content("application/octet-stream", &json!({}), None),
    };
    set(&mut said, "requestBody", body);
    said
}

/// The method and the path without its version, in one word.
fn id(operation: &Operation) -> String {
    let words = operation.path.trim_start_matches("/v1/").split(['/', '.']);
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    operation.method.to_ascii_lowercase() + &words.map(word).collect::<String>()
}

fn parameter(header: &Header) -> Value {
    json!({
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.says,
        "schema": { "type": "string", "pattern": header.pattern }
    })
}

/// What an answer holds and means; what a request has to hold, without words.
fn content(media_type: &str, schema: &Value, says: Option<&str>) -> Value {
    let mut content = json!({ "content": { media_type: { "schema": schema } } });
    match says {
        Some(says) => set(&mut content, "description", says),
        None => set(&mut content, "required", true),
    }
    content
}

fn set(object: &mut Value, name: &str, member: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), member.into());
    }
}

fn responses(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    let (status, said) = success(operation.answer, generator);
    responses.insert(status.to_string(), said);
    if operation.or_nothing {
        let (status, said) = success(Answer::Nothing, generator);
        responses.insert(status.to_string(), said);
    }
    let problem = generator.subschema_for::<Problem>();
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in operation.codes() {
        by_status.entry(code.status()).or_default().push(code);
    }
    for (status, codes) in by_status {
        let names: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        let says: Vec<_> =
            codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.title())).collect();
        let narrowed = json!({ "properties": { "code": { "enum": names }, "status": { "const": status } } });
        let schema = json!({ "allOf": [problem, narrowed] });
        let mut said = content(MEDIA_TYPE, &schema, Some(&says.join("\n\n")));
        if codes.iter().any(|code| matches!(code, Code::LimitReached | Code::Unavailable)) {
            let says = "In how many seconds to come again, if it passes.";
            set(
                &mut said,
                "headers",
                json!({ "Retry-After": { "description": says, "schema": { "type": "integer", "minimum": 0 } } }),
            );
        }
        responses.insert(status.to_string(), said);
    }
    responses.into()
}

fn success(answer: Answer, generator: &mut SchemaGenerator) -> (u16, Value) {
    match answer {
        Answer::Nothing => (204, json!({ "description": "Done." })),
        Answer::Json(status, form) => {
            let says = if status == 201 { "Done." } else { "What was asked for." };
            (status, content("application/json", &form(generator).to_value(), Some(says)))
        }
        Answer::Created => {
            let nothing = json!({ "type": "object", "additionalProperties": false });
            (201, content("application/json", &nothing, Some("Done.")))
        }
        Answer::Jose => {
            let text = json!({ "type": "string" });
            (200, content("application/jose", &text, Some("A compact JWS (RFC 7515).")))
        }
        Answer::Document => (200, content("application/json", &json!({}), Some("The document."))),
        Answer::Part => {
            (200, content("application/octet-stream", &json!({}), Some("The part's bytes: ciphertext.")))
        }
        Answer::Connection => (101, json!({ "description": "The connection is open." })),
    }
}

/// Descriptions come from comments in the code: links in them lead nowhere here.
#[derive(Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut schemars::Schema) {
        if let Some(Value::String(says)) = schema.get_mut("description") {
            *says = says.replace("[`", "`").replace("`]", "`");
            for module in ["crate::", "super::", "api::", "limits::", "header::", "visitor::", "time::"] {
                *says = says.replace(&format!("`{module}"), "`");
            }
        }
        transform_subschemas(self, schema);
    }
}

#[cfg(test)]
mod tests;
