//! The messages of the protocol, as far as they are read: what a field is called in JSON, its
//! number in protobuf, and what it holds. Source: `metrics.proto`, `common.proto`.

/// The fields of a message.
#[derive(Debug)]
pub(super) struct Shape {
    /// What the protocol calls it.
    pub(super) name: &'static str,
    pub(super) entries: &'static [Entry],
}

/// A field.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) number: u32,
    pub(super) holds: Holds,
    pub(super) many: Many,
}

/// How many values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    One,
    List,
}

/// What a value is, and how protobuf writes it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holds {
    Text,
    Flag,
    /// `int64`.
    Signed,
    /// `uint32`.
    Unsigned32,
    /// `uint64`.
    Unsigned,
    /// `sint32`.
    Zigzag32,
    /// `fixed64`.
    Fixed,
    /// `sfixed64`.
    SignedFixed,
    Double,
    /// The number of an enum's value.
    Enum,
    Base64,
    Hex,
    Message(&'static Shape),
}

const fn one(name: &'static str, number: u32, holds: Holds) -> Entry {
    Entry { name, number, holds, many: Many::One }
}

const fn list(name: &'static str, number: u32, holds: Holds) -> Entry {
    Entry { name, number, holds, many: Many::List }
}

pub(super) static REQUEST: Shape = Shape {
    name: "ExportMetricsServiceRequest",
    entries: &[list("resourceMetrics", 1, Holds::Message(&RESOURCE_METRICS))],
};

static RESOURCE_METRICS: Shape = Shape {
    name: "ResourceMetrics",
    entries: &[
        one("resource", 1, Holds::Message(&RESOURCE)),
        list("scopeMetrics", 2, Holds::Message(&SCOPE_METRICS)),
    ],
};

static RESOURCE: Shape =
    Shape { name: "Resource", entries: &[list("attributes", 1, Holds::Message(&KEY_VALUE))] };

static SCOPE_METRICS: Shape =
    Shape { name: "ScopeMetrics", entries: &[list("metrics", 2, Holds::Message(&METRIC))] };

static METRIC: Shape = Shape {
    name: "Metric",
    entries: &[
        one("name", 1, Holds::Text),
        one("description", 2, Holds::Text),
        one("unit", 3, Holds::Text),
        one("gauge", 5, Holds::Message(&GAUGE)),
        one("sum", 7, Holds::Message(&SUM)),
        one("histogram", 9, Holds::Message(&HISTOGRAM)),
        one("exponentialHistogram", 10, Holds::Message(&EXPONENTIAL)),
        one("summary", 11, Holds::Message(&SUMMARY)),
    ],
};

static GAUGE: Shape =
    Shape { name: "Gauge", entries: &[list("dataPoints", 1, Holds::Message(&NUMBER_POINT))] };

static SUM: Shape = Shape {
    name: "Sum",
    entries: &[
        list("dataPoints", 1, Holds::Message(&NUMBER_POINT)),
        one("aggregationTemporality", 2, Holds::Enum),
        one("isMonotonic", 3, Holds::Flag),
    ],
};

static HISTOGRAM: Shape = Shape {
    name: "Histogram",
    entries: &[
        list("dataPoints", 1, Holds::Message(&HISTOGRAM_POINT)),
        one("aggregationTemporality", 2, Holds::Enum),
    ],
};

static EXPONENTIAL: Shape = Shape {
    name: "ExponentialHistogram",
    entries: &[
        list("dataPoints", 1, Holds::Message(&EXPONENTIAL_POINT)),
        one("aggregationTemporality", 2, Holds::Enum),
    ],
};

static SUMMARY: Shape =
    Shape { name: "Summary", entries: &[list("dataPoints", 1, Holds::Message(&SUMMARY_POINT))] };

static NUMBER_POINT: Shape = Shape {
    name: "NumberDataPoint",
    entries: &[
        one("timeUnixNano", 3, Holds::Fixed),
        one("asDouble", 4, Holds::Double),
        one("asInt", 6, Holds::SignedFixed),
        list("exemplars", 5, Holds::Message(&EXEMPLAR)),
        list("attributes", 7, Holds::Message(&KEY_VALUE)),
        one("flags", 8, Holds::Unsigned32),
    ],
};

static HISTOGRAM_POINT: Shape = Shape {
    name: "HistogramDataPoint",
    entries: &[
        one("timeUnixNano", 3, Holds::Fixed),
        one("count", 4, Holds::Fixed),
        one("sum", 5, Holds::Double),
        list("bucketCounts", 6, Holds::Fixed),
        list("explicitBounds", 7, Holds::Double),
        list("exemplars", 8, Holds::Message(&EXEMPLAR)),
        list("attributes", 9, Holds::Message(&KEY_VALUE)),
        one("flags", 10, Holds::Unsigned32),
    ],
};

static EXPONENTIAL_POINT: Shape = Shape {
    name: "ExponentialHistogramDataPoint",
    entries: &[
        list("attributes", 1, Holds::Message(&KEY_VALUE)),
        one("timeUnixNano", 3, Holds::Fixed),
        one("count", 4, Holds::Fixed),
        one("sum", 5, Holds::Double),
        one("scale", 6, Holds::Zigzag32),
        one("zeroCount", 7, Holds::Fixed),
        one("positive", 8, Holds::Message(&BUCKETS)),
        one("negative", 9, Holds::Message(&BUCKETS)),
        one("flags", 10, Holds::Unsigned32),
        list("exemplars", 11, Holds::Message(&EXEMPLAR)),
        one("zeroThreshold", 14, Holds::Double),
    ],
};

static BUCKETS: Shape = Shape {
    name: "Buckets",
    entries: &[one("offset", 1, Holds::Zigzag32), list("bucketCounts", 2, Holds::Unsigned)],
};

static SUMMARY_POINT: Shape = Shape {
    name: "SummaryDataPoint",
    entries: &[
        one("timeUnixNano", 3, Holds::Fixed),
        one("count", 4, Holds::Fixed),
        one("sum", 5, Holds::Double),
        list("quantileValues", 6, Holds::Message(&QUANTILE)),
        list("attributes", 7, Holds::Message(&KEY_VALUE)),
        one("flags", 8, Holds::Unsigned32),
    ],
};

static QUANTILE: Shape = Shape {
    name: "ValueAtQuantile",
    entries: &[one("quantile", 1, Holds::Double), one("value", 2, Holds::Double)],
};

static EXEMPLAR: Shape = Shape {
    name: "Exemplar",
    entries: &[
        one("timeUnixNano", 2, Holds::Fixed),
        one("asDouble", 3, Holds::Double),
        one("spanId", 4, Holds::Hex),
        one("traceId", 5, Holds::Hex),
        one("asInt", 6, Holds::SignedFixed),
        list("filteredAttributes", 7, Holds::Message(&KEY_VALUE)),
    ],
};

static KEY_VALUE: Shape = Shape {
    name: "KeyValue",
    entries: &[one("key", 1, Holds::Text), one("value", 2, Holds::Message(&ANY_VALUE))],
};

static ANY_VALUE: Shape = Shape {
    name: "AnyValue",
    entries: &[
        one("stringValue", 1, Holds::Text),
        one("boolValue", 2, Holds::Flag),
        one("intValue", 3, Holds::Signed),
        one("doubleValue", 4, Holds::Double),
        one("arrayValue", 5, Holds::Message(&ARRAY_VALUE)),
        one("kvlistValue", 6, Holds::Message(&KEY_VALUE_LIST)),
        one("bytesValue", 7, Holds::Base64),
    ],
};

static ARRAY_VALUE: Shape =
    Shape { name: "ArrayValue", entries: &[list("values", 1, Holds::Message(&ANY_VALUE))] };

static KEY_VALUE_LIST: Shape =
    Shape { name: "KeyValueList", entries: &[list("values", 1, Holds::Message(&KEY_VALUE))] };
