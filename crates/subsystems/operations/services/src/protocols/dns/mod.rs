//! DNS: does the server answer, in time, and with what it should?

mod settings;

use std::collections::BTreeSet;
use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use kernel::Text;
use probe::outcome::{Check, CheckContext, Outcome, Protocol, Running, SpecFault, State};
use serde_json::{Value, json};
use tokio::time::timeout;

use self::settings::{DnsSpec, Matching, Server, normal};
use super::reach::ReachFault;
use super::spec::{self, limits_schema, property};
use super::tcp::seconds;
use super::verdict::{Verdict, readable};

/// The most answers that may be expected, and that are shown.
const ANSWERS_MAX: usize = 32;

/// Makes checks of name servers.
#[derive(Debug)]
pub struct DnsProtocol;

#[derive(Debug)]
struct DnsCheck {
    spec: DnsSpec,
    expect: BTreeSet<String>,
}

impl Protocol for DnsProtocol {
    fn name(&self) -> &'static str {
        "dns"
    }

    fn title(&self) -> Text {
        Text::new("DNS", "DNS 域名解析")
    }

    fn parse(&self, spec: Value) -> Result<Box<dyn Check>, SpecFault> {
        let spec: DnsSpec = spec::read(spec)?;
        let wrong = |answer: &&String| answer.is_empty() || answer.len() > 1024;
        if spec.expect.len() > ANSWERS_MAX || spec.expect.iter().any(|answer| wrong(&answer)) {
            let expected = Text::new(
                "at most 32 answers of 1 to 1024 bytes",
                "最多 32 个答案，每个 1 到 1024 字节",
            );
            return Err(spec::fault("expect", format!("{:?}", spec.expect), expected));
        }
        if spec.matching == Matching::Exact && spec.expect.is_empty() {
            let expected = Text::new("the expected answers", "期望的答案");
            return Err(spec::fault("expect", "", expected));
        }
        if spec.matching == Matching::AnyAnswer && !spec.expect.is_empty() {
            let expected = Text::new("nothing, as any answer will do", "留空，因为任何应答均可");
            return Err(spec::fault("expect", format!("{:?}", spec.expect), expected));
        }
        let expect = spec.expect.iter().map(|answer| normal(answer, spec.record)).collect();
        Ok(Box::new(DnsCheck { spec, expect }))
    }

    fn schema(&self) -> Value {
        let record = json!({
            "enum": ["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"],
            "default": "A",
        });
        let server = json!({ "type": "string", "examples": ["192.0.2.1", "[2001:db8::1]:5353"] });
        let expect =
            json!({ "type": "array", "items": { "type": "string" }, "maxItems": ANSWERS_MAX });
        let matching = json!({ "enum": ["subset", "exact", "any_answer"], "default": "subset" });
        spec::schema(
            &["name"],
            &json!({
                "name": property("Name", "域名", json!({ "type": "string", "maxLength": 1004 })),
                "record": property("Record type", "记录类型", record),
                "server": property("Server (default: the system's)", "服务器（默认系统设置）", server),
                "expect": property("Expected answers", "期望的答案", expect),
                "match": property("Comparison", "比较方式", matching),
                "latency": limits_schema("Time to answer (s)", "应答耗时（秒）", "s"),
            }),
        )
    }
}

impl Check for DnsCheck {
    fn run<'a>(&'a self, cx: &'a CheckContext) -> Running<'a> {
        Box::pin(async move {
            timeout(cx.timeout, self.ask(cx)).await.unwrap_or_else(|_| self.silent(cx.timeout))
        })
    }

    fn target(&self) -> String {
        let server = self.spec.server.map_or_else(String::new, |server| format!(" @{}", server.0));
        format!("{} {}{server}", self.spec.name.0, self.spec.record.kind())
    }
}

impl DnsCheck {
    async fn ask(&self, cx: &CheckContext) -> Outcome {
        if let Some(Server(server)) = self.spec.server
            && let Err(refusal) = cx.guard.permit(server.ip(), Some(server.port()))
        {
            return ReachFault::Refused { address: server.ip(), refusal }.outcome();
        }
        let resolver = match self.resolver(cx.timeout) {
            Ok(resolver) => resolver,
            Err(error) => {
                return Outcome::unknown(Text::new(
                    format!("this machine's resolver settings cannot be used: {error}"),
                    format!("无法使用本机的域名解析设置：{error}"),
                ));
            }
        };
        let kind = self.spec.record.kind();
        let began = cx.clock.monotonic();
        let answer = resolver.lookup(self.spec.name.0.clone(), kind).await;
        let took = cx.clock.monotonic().saturating_sub(began);
        match answer {
            Err(error) => self.refused(&error, took, cx.timeout),
            Ok(lookup) => {
                let records = lookup.answers().iter().filter(|r| r.record_type() == kind);
                let texts =
                    records.map(|record| normal(&record.data.to_string(), self.spec.record));
                self.judge(&texts.collect(), took)
            }
        }
    }

    fn resolver(&self, within: Duration) -> Result<Resolver<TokioRuntimeProvider>, NetError> {
        let mut builder = match self.spec.server {
            None => Resolver::builder_tokio()?,
            Some(Server(server)) => {
                let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for connection in &mut connections {
                    connection.port = server.port();
                }
                let server = NameServerConfig::new(server.ip(), true, connections);
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options: &mut ResolverOpts = builder.options_mut();
        options.cache_size = 0;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        // Two tries within the check's own time, as one packet may be lost.
        options.timeout = within / 2;
        builder.build()
    }

    fn judge(&self, answers: &BTreeSet<String>, took: Duration) -> Outcome {
        let mut verdict = Verdict::default();
        let what = Text::new("time to answer", "应答耗时");
        verdict.judge(seconds("time", took), &self.spec.latency, &what);
        let list = |set: &mut dyn Iterator<Item = &String>| {
            set.take(ANSWERS_MAX).map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        let missing = list(&mut self.expect.difference(answers));
        if !missing.is_empty() {
            verdict.find(
                State::Critical,
                Text::new(format!("missing answer: {missing}"), format!("缺少答案：{missing}")),
            );
        }
        let surplus = list(&mut answers.difference(&self.expect));
        if self.spec.matching == Matching::Exact && !surplus.is_empty() {
            verdict.find(
                State::Critical,
                Text::new(format!("unexpected answer: {surplus}"), format!("多余答案：{surplus}")),
            );
        }
        let (target, took, all) = (self.target(), readable(took), list(&mut answers.iter()));
        verdict.finish(Text::new(
            format!("{target}: {all} in {took}"),
            format!("{target}：{all}，耗时 {took}"),
        ))
    }

    fn refused(&self, error: &NetError, took: Duration, within: Duration) -> Outcome {
        let (target, record) = (self.target(), self.spec.record.kind());
        let text = match error {
            NetError::Timeout => return self.silent(within),
            error if error.is_nx_domain() => {
                Text::new(format!("{target}: no such name"), format!("{target}：域名不存在"))
            }
            NetError::Dns(DnsError::ResponseCode(code)) => Text::new(
                format!("{target}: the server answers {code}"),
                format!("{target}：服务器返回 {code}"),
            ),
            error if error.is_no_records_found() => Text::new(
                format!("{target}: the name has no {record} record"),
                format!("{target}：该域名没有 {record} 记录"),
            ),
            NetError::NoConnections => Text::new(
                format!("{target}: no server answers"),
                format!("{target}：没有服务器应答"),
            ),
            error => Text::new(format!("{target}: {error}"), format!("{target}:{error}")),
        };
        let answered = matches!(error, NetError::Dns(_));
        if answered && self.spec.matching == Matching::AnyAnswer {
            let mut verdict = Verdict::default();
            let what = Text::new("time to answer", "应答耗时");
            verdict.judge(seconds("time", took), &self.spec.latency, &what);
            return verdict.finish(text);
        }
        Outcome::critical(text).with_figure(seconds("time", took))
    }

    fn silent(&self, within: Duration) -> Outcome {
        let (target, limit) = (self.target(), readable(within));
        Outcome::critical(Text::new(
            format!("{target}: no answer within {limit}"),
            format!("{target}：{limit} 内没有应答"),
        ))
    }
}
