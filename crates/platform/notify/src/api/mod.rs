//! Routes of channels, templates, messages and notifications.

mod channels;
mod messages;
mod notifications;
mod templates;
mod views;

use http_kit::Routes;

use crate::Notify;

/// The routes of messages.
#[must_use]
pub fn routes(notify: Notify) -> Routes {
    channels::routes()
        .merge(templates::routes())
        .merge(messages::routes())
        .merge(notifications::routes())
        .with_state(notify)
}
