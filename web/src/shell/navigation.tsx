import {
  AlertOutlined,
  ApartmentOutlined,
  ApiOutlined,
  BarChartOutlined,
  BellOutlined,
  ClusterOutlined,
  ContactsOutlined,
  BlockOutlined,
  BranchesOutlined,
  ControlOutlined,
  DatabaseOutlined,
  EnvironmentOutlined,
  FieldTimeOutlined,
  FileSearchOutlined,
  HeartOutlined,
  HomeOutlined,
  IdcardOutlined,
  ImportOutlined,
  KeyOutlined,
  SafetyCertificateOutlined,
  LineChartOutlined,
  LockOutlined,
  MessageOutlined,
  MutedOutlined,
  NotificationOutlined,
  RadarChartOutlined,
  ScheduleOutlined,
  SendOutlined,
  SettingOutlined,
  ShareAltOutlined,
  SnippetsOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
  AuditOutlined,
  FireOutlined,
  PartitionOutlined,
  QuestionCircleOutlined,
  SafetyOutlined,
  SolutionOutlined,
  UsergroupAddOutlined,
  CloudSyncOutlined,
} from "@ant-design/icons";
import type { AriaAttributes, ReactElement } from "react";
import { paths } from "../paths";
import { dutyWing } from "./dutyNavigation";
import { deskEntries } from "./deskNavigation";
import type { words } from "./words";

export interface NavigationEntry {
  path: string;
  word: keyof typeof words;
  icon: ReactElement<AriaAttributes>;
  /** The right without which the page is of no use. */
  needs: string;
  /** A right that makes it of use without the other. */
  or?: string;
  /** Held for a part, it is of no use either, though it is elsewhere. */
  everywhere?: true;
}

export interface Wing {
  word: keyof typeof words | null;
  entries: NavigationEntry[];
}

/** The left navigation: wings and their pages. */
export const wings: Wing[] = [
  {
    word: null,
    entries: [{ path: paths.home(), word: "home", icon: <HomeOutlined />, needs: "profile.read" }],
  },
  {
    word: "wing_estate",
    entries: [
      {
        path: paths.resources(),
        word: "resources",
        icon: <ApartmentOutlined />,
        needs: "resource.read",
      },
      { path: paths.plans(), word: "plans", icon: <BranchesOutlined />, needs: "resource.read" },
      {
        path: paths.coming(),
        word: "coming",
        icon: <FieldTimeOutlined />,
        needs: "resource.read",
        or: "directory.read",
      },
      { path: paths.kinds(), word: "kinds", icon: <BlockOutlined />, needs: "resource.read" },
      {
        path: paths.services(),
        word: "services",
        icon: <RadarChartOutlined />,
        needs: "discovery.read",
      },
    ],
  },
  {
    word: "wing_watch",
    entries: [
      {
        path: paths.incidents(),
        word: "incidents",
        icon: <ThunderboltOutlined />,
        needs: "alert.read",
      },
      { path: paths.alerts(), word: "alerts", icon: <AlertOutlined />, needs: "alert.read" },
      { path: paths.checks(), word: "checks", icon: <ApiOutlined />, needs: "check.read" },
      {
        path: paths.alertRules(),
        word: "alert_rules",
        icon: <BellOutlined />,
        needs: "alert-rule.read",
      },
      { path: paths.eventMapping(), word: "event_mapping", icon: <TagsOutlined />, needs: "alert-rule.read" },
      { path: paths.silences(), word: "silences", icon: <MutedOutlined />, needs: "alert.read" },
      {
        path: paths.pagePolicies(),
        word: "page_policies",
        icon: <NotificationOutlined />,
        needs: "page-policy.read",
      },
      { path: paths.watchdog(), word: "watchdog", icon: <HeartOutlined />, needs: "watchdog.read" },
      { path: paths.explore(), word: "explore", icon: <LineChartOutlined />, needs: "series.read" },
      {
        path: paths.cardinality(),
        word: "cardinality",
        icon: <BarChartOutlined />,
        needs: "series.read",
        everywhere: true,
      },
      {
        path: paths.storage(),
        word: "storage",
        icon: <DatabaseOutlined />,
        needs: "series.read",
        everywhere: true,
      },
      {
        path: paths.forwarding(),
        word: "forwarding",
        icon: <ShareAltOutlined />,
        needs: "destination.read",
      },
    ],
  },
  {
    word: "wing_business",
    entries: deskEntries,
  },
  dutyWing,
  {
    word: "wing_organisation",
    entries: [
      { path: paths.units(), word: "units", icon: <ClusterOutlined />, needs: "directory.read" },
      { path: paths.posts(), word: "posts", icon: <IdcardOutlined />, needs: "directory.read" },
      { path: paths.people(), word: "people", icon: <ContactsOutlined />, needs: "directory.read" },
      {
        path: paths.places(),
        word: "places",
        icon: <EnvironmentOutlined />,
        needs: "directory.read",
      },
      {
        path: paths.directoryImport(),
        word: "directory_import",
        icon: <ImportOutlined />,
        needs: "directory.change",
      },
      {
        path: paths.directorySources(),
        word: "directory_sources",
        icon: <CloudSyncOutlined />,
        needs: "directory.read",
        everywhere: true,
      },
    ],
  },
  {
    word: "wing_notify",
    entries: [
      { path: paths.channels(), word: "channels", icon: <SendOutlined />, needs: "channel.read" },
      { path: paths.messages(), word: "messages", icon: <MessageOutlined />, needs: "message.read" },
      {
        path: paths.templates(),
        word: "templates",
        icon: <SnippetsOutlined />,
        needs: "template.read",
      },
    ],
  },
  {
    word: "wing_platform",
    entries: [
      {
        path: paths.journal(),
        word: "journal",
        icon: <FileSearchOutlined />,
        needs: "journal.read",
      },
      { path: paths.jobs(), word: "jobs", icon: <ScheduleOutlined />, needs: "job.read" },
      { path: paths.users(), word: "users", icon: <TeamOutlined />, needs: "user.read" },
      { path: paths.groups(), word: "groups", icon: <UsergroupAddOutlined />, needs: "group.read" },
      { path: paths.roles(), word: "roles", icon: <SolutionOutlined />, needs: "role.read" },
      { path: paths.grants(), word: "grants", icon: <SafetyOutlined />, needs: "grant.read" },
      {
        path: paths.holders(),
        word: "holders",
        icon: <QuestionCircleOutlined />,
        needs: "grant.read",
        everywhere: true,
      },
      { path: paths.reviews(), word: "reviews", icon: <AuditOutlined />, needs: "profile.read" },
      {
        path: paths.emergencies(),
        word: "emergencies",
        icon: <FireOutlined />,
        needs: "profile.read",
      },
      {
        path: paths.separation(),
        word: "separation",
        icon: <PartitionOutlined />,
        needs: "separation.read",
      },
      {
        path: paths.providers(),
        word: "providers",
        icon: <SafetyCertificateOutlined />,
        needs: "provider.read",
        everywhere: true,
      },
      {
        path: paths.tokens(),
        word: "tokens",
        icon: <KeyOutlined />,
        needs: "token.read",
        or: "token.change",
      },
      { path: paths.secrets(), word: "secrets", icon: <LockOutlined />, needs: "secret.read" },
      {
        path: paths.settings(),
        word: "settings",
        icon: <ControlOutlined />,
        needs: "setting.read",
      },
    ],
  },
];

/** Pages that are reached from the user menu and by search only. */
export const personal: NavigationEntry[] = [
  {
    path: paths.notifications(),
    word: "notifications",
    icon: <BellOutlined />,
    needs: "notification.read",
  },
  { path: paths.profile(), word: "profile", icon: <UserOutlined />, needs: "profile.read" },
];

export const actionIcon = <SettingOutlined />;
