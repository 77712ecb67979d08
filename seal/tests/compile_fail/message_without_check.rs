//! A message that was neither trimmed nor capped: its fields are not for others.

use einwurf_protocol::message::Message;

fn text(message: &mut Message) {
    message.fields.text = String::new();
}

fn main() {}
