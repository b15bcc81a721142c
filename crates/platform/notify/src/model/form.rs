//! The settings of each kind as a form has them: the UI draws it, the API document describes it.

use kernel::Text;

use super::ChannelKind;

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldShape {
    Text,
    LongText,
    Number,
    Choice(&'static [&'static str]),
    /// The id of a secret.
    Secret,
    /// Texts by name.
    Texts,
    /// Ids of secrets by name.
    Secrets,
    /// A JSON object.
    Object,
}

/// One setting of a kind.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: FieldShape,
    pub(crate) required: bool,
    pub(crate) title: Text,
}

fn field(name: &'static str, shape: FieldShape, en: &str, zh: &str) -> Field {
    Field { name, shape, required: false, title: Text::new(en, zh) }
}

fn required(name: &'static str, shape: FieldShape, en: &str, zh: &str) -> Field {
    Field { required: true, ..field(name, shape, en, zh) }
}

/// The settings of a kind, in the order of the form.
pub(crate) fn fields_of(kind: ChannelKind) -> Vec<Field> {
    use FieldShape::{Choice, LongText, Number, Object, Secret, Secrets, Texts};
    let ca = field("ca_pem", LongText, "Trusted certificates (PEM)", "信任的 CA 证书（PEM）");
    let proxy =
        field("proxy", FieldShape::Text, "Proxy (http://host:port)", "代理(http://主机:端口)");
    match kind {
        ChannelKind::InApp => Vec::new(),
        ChannelKind::Mail => vec![
            required("host", FieldShape::Text, "Server", "服务器"),
            required("port", Number, "Port", "端口"),
            required("tls", Choice(&["starttls", "tls", "none"]), "Encryption", "加密方式"),
            required("from", FieldShape::Text, "Sender", "发件人"),
            field("reply_to", FieldShape::Text, "Reply to", "回复地址"),
            field("hello", FieldShape::Text, "Own name (EHLO)", "本机名称（EHLO）"),
            field("user", FieldShape::Text, "User", "用户名"),
            field("password_secret", Secret, "Password", "密码"),
            ca,
        ],
        ChannelKind::Webhook => vec![
            required("url", FieldShape::Text, "Address", "网址"),
            field("signing_secret", Secret, "Signing key", "签名密钥"),
            field("token_secret", Secret, "Bearer token", "Bearer 令牌"),
            field("headers", Texts, "More headers", "附加请求头"),
            ca,
            proxy,
        ],
        ChannelKind::Wecom | ChannelKind::Dingtalk | ChannelKind::Feishu => vec![
            required("token_secret", Secret, "Key in the robot's address", "机器人地址中的密钥"),
            field("signing_secret", Secret, "Signing key", "加签密钥"),
            field("url", FieldShape::Text, "Address, when not the vendor's", "自定义网址"),
            ca,
            proxy,
        ],
        ChannelKind::Sms => vec![
            required("url", FieldShape::Text, "Address (template)", "网址（模板）"),
            field("method", Choice(&["POST", "GET", "PUT"]), "Method", "请求方法"),
            field("headers", Texts, "Headers (templates)", "请求头（模板）"),
            field("body", LongText, "Body (template)", "请求体（模板）"),
            field("secrets", Secrets, "Secrets by name", "按名称引用的密钥凭据"),
            field("success", Object, "When it succeeded", "成功条件"),
            ca,
            proxy,
        ],
    }
}
