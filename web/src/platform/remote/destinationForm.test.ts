import { expect, it } from "vitest";
import type { DestinationView } from "../../api/contract";
import { bodyOf, formOf, rulesOf } from "./destinationForm";

const SETTINGS = {
  write_url: "https://metrics.example/api/v1/write",
  history_url: "https://metrics.example",
  user: "mainstay",
  secret_id: "0190",
  ca_pem: "",
  external_labels: { site: "hq" },
  relabel: [
    {
      source_labels: ["__name__"],
      separator: ";",
      regex: "go_.*",
      modulus: 0,
      target_label: "",
      replacement: "$1",
      action: "drop",
    },
  ],
  shards: 4,
  request_samples: 2_000,
  queue_mib: 1_024,
  queue_h: 72,
};
const DESTINATION: DestinationView = {
  id: "d1",
  name: "long-term store",
  settings: SETTINGS,
  enabled: true,
  standing: null,
  version: 3,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

it("a destination comes back from the form as it went in, without what is the default of a rule", () => {
  const { ca_pem: _, ...settings } = SETTINGS;
  const relabel = [{ source_labels: ["__name__"], regex: "go_.*", action: "drop" }];
  expect(bodyOf(formOf(DESTINATION))).toEqual({
    name: "long-term store",
    enabled: true,
    settings: { ...settings, relabel },
  });
});

it("what is left empty is left to the default", () => {
  const settings = {
    write_url: "https://a.example",
    history_url: "",
    secret_id: null,
    external_labels: [{}, { name: "site", value: "hq" }, { value: "lost" }],
    relabel: "",
    shards: null,
  };
  expect(bodyOf({ name: "a", enabled: false, settings })).toEqual({
    name: "a",
    enabled: false,
    settings: { write_url: "https://a.example", external_labels: { site: "hq" } },
  });
});

it("rules are a list, or none", () => {
  expect(rulesOf("[{}]")).toEqual([{}]);
  expect(rulesOf('{"action": "drop"}')).toBeNull();
  expect(rulesOf("action: drop")).toBeNull();
});
