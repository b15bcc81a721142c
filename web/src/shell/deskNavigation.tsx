import {
  CommentOutlined,
  CustomerServiceOutlined,
  InboxOutlined,
  LaptopOutlined,
  MailOutlined,
  PhoneFilled,
  PieChartOutlined,
  ReadOutlined,
  ToolOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { paths } from "../paths";
import type { NavigationEntry } from "./navigation";

/** What the desk and client software have in the navigation. */
export const deskEntries: NavigationEntry[] = [
  { path: paths.tickets(), word: "tickets", icon: <CustomerServiceOutlined />, needs: "ticket.read" },
  {
    path: paths.majorIncidents(),
    word: "major_incidents",
    icon: <WarningOutlined />,
    needs: "ticket.read",
  },
  {
    path: paths.hotline(),
    word: "hotline",
    icon: <PhoneFilled />,
    needs: "ticket.read",
    everywhere: true,
  },
  { path: paths.mails(), word: "mails", icon: <MailOutlined />, needs: "ticket.work" },
  {
    path: paths.publications(),
    word: "publications",
    icon: <ReadOutlined />,
    needs: "ticket.read",
  },
  {
    path: paths.cannedReplies(),
    word: "canned_replies",
    icon: <CommentOutlined />,
    needs: "ticket.read",
  },
  { path: paths.campaigns(), word: "campaigns", icon: <LaptopOutlined />, needs: "campaign.read" },
  {
    path: paths.ticketFigures(),
    word: "ticket_figures",
    icon: <PieChartOutlined />,
    needs: "ticket.read",
  },
  {
    path: paths.mailboxes(),
    word: "mailboxes",
    icon: <InboxOutlined />,
    needs: "ticket.read",
    everywhere: true,
  },
  { path: paths.deskSetUp(), word: "desk_set_up", icon: <ToolOutlined />, needs: "ticket.read" },
];
