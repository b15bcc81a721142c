import type { Words } from "../../kit/say";

/** The verbs of the knowledge base, as those of the others. */
export const words = {
  "article.created": { en: "began article", zh: "新建知识条目" },
  "article.changed": { en: "changed article", zh: "修改知识条目" },
  "article.submitted": { en: "handed in article", zh: "提交审核知识条目" },
  "article.withdrawn": { en: "took back article", zh: "撤回知识条目" },
  "article.returned": { en: "sent back article", zh: "退回知识条目" },
  "article.published": { en: "published article", zh: "发布知识条目" },
  "article.retired": { en: "retired article", zh: "停用知识条目" },
  "article.revived": { en: "took up article again", zh: "重新启用知识条目" },
  "article.confirmed": { en: "confirmed that article still holds", zh: "确认知识条目仍然有效" },
  "article.voted": { en: "rated article", zh: "评价知识条目" },
  "article.linked": { en: "linked to a ticket the article", zh: "将工单关联到知识条目" },
  "article.unlinked": { en: "unlinked from a ticket the article", zh: "取消工单与知识条目的关联，条目" },
} satisfies Words;

/** All verbs of one noun of the knowledge base. */
export const nouns = {
  "article.": { en: "Articles: all", zh: "知识条目：全部" },
} satisfies Words;
