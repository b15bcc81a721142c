//! Whether a value fits its setting, and what would.

use std::net::SocketAddr;

use db::PostgresUrl;
use kernel::Text;

use super::keys::Shape;

impl Shape {
    /// Whether `value` fits; else what would.
    pub(super) fn check(self, value: &str) -> Result<(), Text> {
        match self {
            Self::Text => Ok(()),
            Self::Listen => match value.parse::<SocketAddr>() {
                Ok(_) => Ok(()),
                Err(_) => Err(Text::new(
                    "an address and a port, such as 127.0.0.1:7780 or [::]:7780",
                    "地址和端口，如 127.0.0.1:7780 或 [::]:7780",
                )),
            },
            Self::Switch => match value {
                "true" | "false" => Ok(()),
                _ => Err(Text::new("true or false", "true 或 false")),
            },
            Self::Number { min, max } => match value.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) => Ok(()),
                _ => Err(whole(min, max)),
            },
            Self::AtLeast { min, max, because, because_zh } => match value.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) => Ok(()),
                Ok(number) if number < min => Err(Text::new(
                    format!("at least {min}: {because}"),
                    format!("不小于 {min} 的整数：{because_zh}"),
                )),
                _ => Err(whole(min, max)),
            },
            Self::Checked(_) if value.is_empty() => Ok(()),
            Self::Checked(check) => check(value),
            Self::Choice(words) if words.contains(&value) => Ok(()),
            Self::Choice(words) => {
                let (en, zh) = (words.join(", "), words.join("、"));
                Err(Text::new(format!("one of {en}"), format!("{zh} 之一")))
            }
            Self::Networks => networks(value),
            Self::Database if value.is_empty() => Ok(()),
            Self::Database => PostgresUrl::parse(value).map(|_| ()).map_err(|fault| {
                let zh = "PostgreSQL 地址，如 postgres://用户:口令@主机:端口/库名";
                Text::new(fault.to_string(), zh)
            }),
        }
    }
}

fn whole(min: i64, max: i64) -> Text {
    let zh = format!("{min} 至 {max} 之间的整数");
    Text::new(format!("a whole number from {min} to {max}"), zh)
}

fn networks(value: &str) -> Result<(), Text> {
    let fits = |text: &str| text.is_empty() || text.parse::<ipnet::IpNet>().is_ok();
    if value.split(',').map(str::trim).all(fits) {
        return Ok(());
    }
    Err(Text::new("IP networks such as 10.0.0.0/8", "IP 网段，如 10.0.0.0/8"))
}
