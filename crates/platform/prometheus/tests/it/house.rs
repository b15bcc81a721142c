use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Request, StatusCode, response::Parts},
};
use http_body_util::BodyExt;
use kernel::{Caller, Clock, Time, Within};
use probe::{Probe, ProbeParts, ProbeSettings, guard::OutboundGuard};
use prometheus::{Alone, Prometheus, PrometheusParts, PrometheusSettings, SeriesLimits, Telling};
use resources::{NewResource, Resources};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{ManualClock, ManualTimer, SeededIds, StandInGate, TemporaryDb, temporary_db};
use tower::ServiceExt;
use tsdb::{DiskStore, Labels, Options, Sample, SelectLimits, Selector, SeriesStore, TimeRange};
use wire::remote::snappy;

use crate::targets::Echo;

/// The moment at which all tests begin, in milliseconds.
pub(crate) const NOW_MS: i64 = 1_800_000_000_000;
/// The media types of the two messages.
pub(crate) const V1: &str = "application/x-protobuf";
pub(crate) const V2: &str = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

/// A server with its series.
pub(crate) struct House {
    pub(crate) series: Arc<DiskStore>,
    pub(crate) resources: Resources,
    pub(crate) probe: Probe,
    pub(crate) clock: ManualClock,
    pub(crate) limits: Arc<SeriesLimits>,
    pub(crate) router: Router,
    pub(crate) records: TemporaryDb,
    pub(crate) dir: TempDir,
}

/// Stores beside that of the house.
#[derive(Default)]
pub(crate) struct Others {
    /// Says what they cannot answer.
    pub(crate) telling: Option<Telling>,
    /// When they have nothing to do with it.
    pub(crate) alone: Option<Alone>,
}

impl Others {
    pub(crate) fn telling(telling: Telling) -> Self {
        Self { telling: Some(telling), ..Self::default() }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(PrometheusSettings::default(), Options::default()).await
    }

    pub(crate) async fn with(settings: PrometheusSettings, options: Options) -> Self {
        Self::beside(settings, options, |store| store).await
    }

    /// `series`: the samples as others have them besides.
    pub(crate) async fn beside(
        settings: PrometheusSettings,
        options: Options,
        series_of: impl FnOnce(Arc<DiskStore>) -> Arc<dyn SeriesStore>,
    ) -> Self {
        Self::open(settings, options, series_of, Others::default()).await
    }

    /// `others`: what is known of those that have them.
    pub(crate) async fn open(
        settings: PrometheusSettings,
        options: Options,
        series_of: impl FnOnce(Arc<DiskStore>) -> Arc<dyn SeriesStore>,
        others: Others,
    ) -> Self {
        let records =
            temporary_db(&[journal::MIGRATIONS, resources::MIGRATIONS, probe::MIGRATIONS]).await;
        let clock = ManualClock::at(Time::from_millis(NOW_MS));
        let dir = tempfile::tempdir().unwrap();
        Self::begin((records, dir), clock, (settings, options), (series_of, others))
    }

    /// Ends it as the end of the process would, and opens it again with default settings.
    pub(crate) fn begun_anew(self) -> Self {
        let Self { series, resources, probe, clock, router, records, dir, .. } = self;
        drop((resources, probe, router));
        assert_eq!(Arc::strong_count(&series), 1, "nobody holds the store");
        drop(series);
        let settings = (PrometheusSettings::default(), Options::default());
        Self::begin((records, dir), clock, settings, (|store| store as _, Others::default()))
    }

    fn begin(
        (records, dir): (TemporaryDb, TempDir),
        clock: ManualClock,
        (settings, options): (PrometheusSettings, Options),
        (series_of, others): (impl FnOnce(Arc<DiskStore>) -> Arc<dyn SeriesStore>, Others),
    ) -> Self {
        let ids = Arc::new(SeededIds::new(7));
        let resources =
            Resources::new(records.db.clone(), Arc::new(clock.clone()), Arc::clone(&ids) as _);
        let series = Arc::new(DiskStore::open(&dir.path().join("series"), options).unwrap());
        let probe = Probe::new(ProbeParts {
            db: records.db.clone(),
            clock: Arc::new(clock.clone()),
            timer: Arc::new(ManualTimer(clock.clone())),
            ids: Arc::clone(&ids) as _,
            series: Arc::clone(&series) as _,
            protocols: vec![Box::new(Echo)],
            resources: resources.clone(),
            guard: Arc::new(OutboundGuard::default()),
            settings: ProbeSettings::default(),
        });
        let limits = Arc::new(SeriesLimits::default());
        let prometheus = Prometheus::new(PrometheusParts {
            db: records.db.clone(),
            clock: Arc::new(clock.clone()),
            ids: Arc::clone(&ids) as _,
            series: series_of(Arc::clone(&series)),
            store: Arc::clone(&series),
            snapshots: dir.path().join("snapshots"),
            alone: others.alone,
            telling: others.telling,
            probe: probe.clone(),
            collectors: None,
            limits: Arc::clone(&limits),
            settings,
        });
        let routes = prometheus::routes(prometheus.clone());
        let routes = routes.merge(prometheus::admin_routes(prometheus));
        let (routes, _, _) = routes.into_parts();
        let gate = Arc::new(StandInGate);
        let router = testkit::stack(gate, Arc::new(clock.clone()), ids, routes);
        Self { series, resources, probe, clock, limits, router, records, dir }
    }

    /// Its routes, every caller of which is the administrator.
    pub(crate) fn open_router(&self) -> Router {
        self.router.clone().layer(axum::middleware::map_request(|mut request: Request<Body>| {
            let name = HeaderValue::from_static("administrator");
            request.headers_mut().insert("x-test-caller", name);
            std::future::ready(request)
        }))
    }

    /// Stores samples at the moment of now, each named like `up{job="a"}`.
    pub(crate) fn have(&self, samples: &[(&str, &[(&str, &str)])]) {
        let at_ms = self.clock.now().millis();
        let sample = |(metric, pairs): &(&str, &[(&str, &str)])| Sample {
            labels: Labels::new(metric, pairs.iter().copied()).unwrap(),
            at_ms,
            value: 1.0,
        };
        self.series.append(&samples.iter().map(sample).collect::<Vec<_>>()).unwrap();
    }

    /// What is stored, as `up{job="a"} 1 @1800000000000`.
    pub(crate) fn stored(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let limits = SelectLimits::default();
        let found = self.series.select(&selector, TimeRange::ALL, &limits).unwrap();
        let lines = found.iter().flat_map(|series| {
            let points = series.points.iter();
            points.map(|point| format!("{} {} @{}", series.labels, point.value, point.at_ms))
        });
        lines.collect()
    }

    /// The answer's head and its bytes.
    pub(crate) async fn raw(&self, request: Request<Body>) -> (Parts, Bytes) {
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        (parts, body.collect().await.unwrap().to_bytes())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, bytes) = self.raw(request).await;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, text, json }
    }

    /// GET below `/prometheus/api/v1/` as administrator.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(path, None).await
    }

    /// GET as somebody who holds `series.read` over one unit only.
    pub(crate) async fn get_within(&self, path: &str, unit: &str) -> Answer {
        let within = Within { units: BTreeSet::from([unit.to_owned()]), ..Within::default() };
        self.get_as(path, Some(&within)).await
    }

    async fn get_as(&self, path: &str, within: Option<&Within>) -> Answer {
        let uri = format!("/prometheus/api/v1/{path}");
        let request = Request::get(uri).header("x-test-caller", "administrator");
        let request = match within {
            None => request,
            Some(Within { units, regions, resources, .. }) => {
                let scope = json!({ "units": units, "regions": regions, "resources": resources });
                request.header(
                    "x-test-held",
                    json!({ "series.read": scope, "check.read": scope }).to_string(),
                )
            }
        };
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// POST of a form as administrator.
    pub(crate) async fn post_form(&self, path: &str, form: &str) -> Answer {
        let request = Request::post(format!("/prometheus/api/v1/{path}"))
            .header("x-test-caller", "administrator")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// A request below `/prometheus/api/v1/admin/tsdb/` as somebody who holds this; as
    /// administrator where nothing is said.
    pub(crate) async fn admin(&self, method: &str, path: &str, held: Option<&Value>) -> Answer {
        let uri = format!("/prometheus/api/v1/admin/tsdb/{path}");
        let request = Request::builder().method(method).uri(uri);
        let request = request.header("x-test-caller", "administrator");
        let request = match held {
            None => request,
            Some(held) => request.header("x-test-held", held.to_string()),
        };
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Remote write of a message that is packed here.
    pub(crate) async fn write(&self, media: &str, message: &[u8]) -> Answer {
        self.write_packed(media, snappy::pack(message).unwrap()).await
    }

    pub(crate) async fn write_packed(&self, media: &str, packed: Vec<u8>) -> Answer {
        self.write_to("/prometheus/api/v1/write", media, packed).await
    }

    /// As an import does, with a word for how late samples may be.
    pub(crate) async fn write_late(&self, media: &str, message: &[u8], late: &str) -> Answer {
        let path = format!("/prometheus/api/v1/write?late={late}");
        self.write_to(&path, media, snappy::pack(message).unwrap()).await
    }

    async fn write_to(&self, path: &str, media: &str, packed: Vec<u8>) -> Answer {
        let request = Request::post(path)
            .header("x-test-caller", "administrator")
            .header("content-type", media)
            .header("content-encoding", "snappy");
        self.send(request.body(Body::from(packed)).unwrap()).await
    }

    /// A resource of that unit; its id.
    pub(crate) async fn resource(&self, name: &str, unit: &str) -> String {
        let new = NewResource {
            kind: "host".into(),
            name: name.into(),
            unit_id: Some(unit.into()),
            ..NewResource::default()
        };
        self.resources.create(&Caller::console(), &new).await.unwrap().id.to_string()
    }
}

impl Answer {
    /// The numbers of samples, histograms and exemplars that were written.
    pub(crate) fn written(&self) -> Option<[u64; 3]> {
        let count = |of: &str| {
            let header = self.headers.get(format!("x-prometheus-remote-write-{of}-written"))?;
            header.to_str().ok()?.parse().ok()
        };
        Some([count("samples")?, count("histograms")?, count("exemplars")?])
    }

    /// The list under `data`.
    pub(crate) fn data(&self) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text);
        let items = self.json["data"].as_array().unwrap_or_else(|| panic!("{}", self.text));
        items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Status, type and text of an error.
    pub(crate) fn error(&self) -> (u16, &str, &str) {
        let text = |name: &str| self.json[name].as_str().unwrap_or_default();
        (self.status.as_u16(), text("errorType"), text("error"))
    }
}
