//! The harness of the journeys: it starts the built relay under workerd, a real SMTP server with TLS, a real browser and
//! pages of a company, acts as visitor and as staff, and looks for canaries wherever a byte could rest.
//!
//! Left out on purpose: mocks. What a journey meets is what visitors and staff meet. Every part that is started here
//! stops when it is dropped. Nothing waits by sleeping where an event can be awaited.

pub mod admin;
pub mod attach;
pub mod bench;
pub mod browser;
pub mod canary;
pub mod cli;
pub mod clock;
pub mod colleague;
pub mod company;
pub mod consent;
pub mod demo;
pub mod desk;
pub mod desktop;
pub mod device;
pub mod duties;
pub mod files;
pub mod fire;
pub mod folder;
pub mod forge;
pub mod gallery;
pub mod gate;
pub mod http;
pub mod keeper;
pub mod live;
pub mod mails;
pub mod mouse;
pub mod node;
pub mod pace;
pub mod plan;
pub mod postfix;
pub mod proxy;
pub mod push;
pub mod random;
pub mod receiver;
pub mod relay;
pub mod rights;
pub mod rude;
pub mod seed;
pub mod smtp;
pub mod staff;
pub mod stored;
pub mod talk;
pub mod team;
pub mod tour;
pub mod visitor;
pub mod watch;
pub mod webhooks;
pub mod widget;
pub mod world;
