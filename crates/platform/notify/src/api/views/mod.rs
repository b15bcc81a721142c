//! What goes over the wire.

mod channel;
mod message;
mod own;
mod template;

pub(super) use channel::{
    ChannelBody, ChannelChangeBody, ChannelKindView, ChannelTestBody, ChannelView,
};
pub(super) use message::{MessageBody, MessageDetailView, MessageView, MessagesQuery, SentView};
pub(super) use own::{
    NotificationView, NotificationsQuery, PreferenceBody, PreferenceView, ReadUpToBody, UnreadView,
};
pub(super) use template::{PreviewBody, PreviewView, TemplateBody, TemplateView, TemplatesQuery};
