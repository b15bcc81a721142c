use kernel::{Id, Time};

use super::MessageId;

/// The id of a notification.
pub type NotificationId = Id<Notification>;

/// Something a user was told in the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Whom it tells.
    pub user_id: String,
    /// The message it came by.
    pub message_id: MessageId,
    /// On one line.
    pub subject: String,
    /// All of it.
    pub text: String,
    /// The page it is about.
    pub link: Option<String>,
    /// Whether it should not wait.
    pub urgent: bool,
    /// When.
    pub created_at: Time,
    /// When it was read.
    pub read_at: Option<Time>,
}
