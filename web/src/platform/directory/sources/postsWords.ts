import type { Words } from "../../../kit/say";

export const words = {
  term: { en: "Posts with roles", zh: "授有角色的岗位" },
  of: {
    en: "“{name}” may fill posts that roles are granted to",
    zh: "允许“{name}”任命授有角色的岗位",
  },
  on: {
    en: "may be filled by it; never those with one of the three administrators' duties",
    zh: "允许任命；授有三员职责角色的岗位始终不允许",
  },
  off: { en: "are not filled by it", zh: "不允许任命" },
  refused: { en: "({n} refused)", zh: "（已拒绝 {n} 项）" },
} satisfies Words;
