//! What kubectl and the API server make of a manifest, as pure functions.
//!
//! A manifest is merged into the stored object ([`client_side`]), gets the API's defaults
//! ([`defaults`]) and is validated ([`validation`]); `kubectl rollout undo`, `kubectl rollout
//! restart` and `kubectl set image` are changes of the template ([`template_change`]). Admission is
//! left to the server: its webhooks and plugins aren't known here.
//!
//! What the controller then does is decided in [`engine`](crate::engine). Functions carry
//! upstream's names, and their docs cite the upstream function and the release that they were
//! checked against.

pub mod budget;
pub mod client_side;
pub mod defaults;
pub mod managed_fields;
mod patch;
mod schema;
pub mod semantic;
pub mod template_change;
pub mod template_diff;
pub mod validation;
