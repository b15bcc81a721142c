import {
  CalendarOutlined,
  CarryOutOutlined,
  EditOutlined,
  FileDoneOutlined,
  FundOutlined,
  ImportOutlined,
  PhoneOutlined,
  ProfileOutlined,
  ReadOutlined,
  SwapOutlined,
  UserSwitchOutlined,
} from "@ant-design/icons";
import { paths } from "../paths";
import type { Wing } from "./navigation";

/** The pages of duty: who is responsible when, what is looked at, what is planned, what is known. */
export const dutyWing: Wing = {
  word: "wing_duty",
  entries: [
    { path: paths.myDuty(), word: "my_duty", icon: <UserSwitchOutlined />, needs: "profile.read" },
    { path: paths.duty(), word: "rosters", icon: <CalendarOutlined />, needs: "duty.read" },
    {
      path: paths.handOvers(),
      word: "hand_overs",
      icon: <SwapOutlined />,
      needs: "profile.read",
    },
    {
      path: paths.escalation(),
      word: "escalation",
      icon: <PhoneOutlined />,
      needs: "profile.read",
    },
    { path: paths.rounds(), word: "rounds", icon: <CarryOutOutlined />, needs: "inspection.read" },
    {
      path: paths.inspections(),
      word: "inspections",
      icon: <FileDoneOutlined />,
      needs: "inspection.read",
    },
    {
      path: paths.inspectionFigures(),
      word: "inspection_figures",
      icon: <FundOutlined />,
      needs: "inspection.read",
    },
    { path: paths.workPlans(), word: "work_plans", icon: <ProfileOutlined />, needs: "profile.read" },
    { path: paths.knowledge(), word: "knowledge", icon: <ReadOutlined />, needs: "profile.read" },
    { path: paths.articles(), word: "articles", icon: <EditOutlined />, needs: "knowledge.read" },
    { path: paths.dutyImport(), word: "duty_import", icon: <ImportOutlined />, needs: "duty.change" },
  ],
};
