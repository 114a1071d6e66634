//! The mail library through its public surface.

mod address;
mod mailbox;
mod samples;
mod smtp;
mod smtp_settings;
mod smtp_sink;
mod templates;
