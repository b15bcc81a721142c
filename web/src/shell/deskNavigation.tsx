import {
  CustomerServiceOutlined,
  InboxOutlined,
  MailOutlined,
  PhoneFilled,
  PieChartOutlined,
  ToolOutlined,
} from "@ant-design/icons";
import { paths } from "../paths";
import type { NavigationEntry } from "./navigation";

/** What the desk has in the navigation. */
export const deskEntries: NavigationEntry[] = [
  { path: paths.tickets(), word: "tickets", icon: <CustomerServiceOutlined />, needs: "ticket.read" },
  {
    path: paths.ticketFigures(),
    word: "ticket_figures",
    icon: <PieChartOutlined />,
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
    path: paths.mailboxes(),
    word: "mailboxes",
    icon: <InboxOutlined />,
    needs: "ticket.read",
    everywhere: true,
  },
  { path: paths.deskSetUp(), word: "desk_set_up", icon: <ToolOutlined />, needs: "ticket.read" },
];
