/** The wire types of the knowledge base; see `contract.ts`. */
import type { Narrow, Schemas, Sent } from "./wire";

export type ArticleState = Schemas["ArticleState"];
export type ArticleAudience = Schemas["ArticleAudience"];
export type ArticleBody = Schemas["ArticleBody"];
export type ArticleView = Narrow<Sent<Schemas["Article"]>, { article: ArticleBody }>;
export type ArticleRevisionView = Narrow<
  Sent<Schemas["ArticleRevision"]>,
  { article: ArticleBody }
>;
export type ReadArticleView = Sent<Schemas["ReadArticle"]>;
export type ListedArticleView = Sent<Schemas["ListedArticle"]>;
export type SuggestedArticleView = Sent<Schemas["SuggestedArticle"]>;
export type ArticlePageView = Sent<Schemas["ArticlePage"]>;
export type TicketArticleView = Sent<Schemas["TicketArticle"]>;
export type ArticleTicketView = Sent<Schemas["ArticleTicket"]>;
