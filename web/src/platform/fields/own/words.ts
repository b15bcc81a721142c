import type { Words } from "../../../kit/say";

/** Fields that are called otherwise in things of one kind than elsewhere. */
export const words = {
  "person name": { en: "Name", zh: "姓名" },
  "person number": { en: "Employee number", zh: "工号" },
  "person code": { en: "Employee number", zh: "工号" },
  "relation relation": { en: "Relation", zh: "关系" },
  "relation from": { en: "From", zh: "起点" },
  "relation to": { en: "To", zh: "终点" },
  "unit from": { en: "Was part of", zh: "原上级" },
  "unit to": { en: "Is part of", zh: "新上级" },
  "resource unit_id": { en: "Unit that answers for it", zh: "责任单位" },
  "resource description": { en: "Description", zh: "描述" },
  "attribute executable": { en: "Executable", zh: "可执行文件" },
  "check from": { en: "Before", zh: "原状态" },
  "check to": { en: "After", zh: "现状态" },
  "tag from": { en: "Before", zh: "原标签" },
  "tag to": { en: "After", zh: "新标签" },
  "post unit_id": { en: "Unit", zh: "所属单位" },
  "post unit": { en: "Unit", zh: "所属单位" },
  "post description": { en: "Description", zh: "职责说明" },
  "person unit_id": { en: "Unit of record", zh: "编制所在单位" },
  "person unit": { en: "Unit of record", zh: "编制所在单位" },
  "holding kind": { en: "How", zh: "任职方式" },
  "ticket order": { en: "Number of the order", zh: "督办序号" },
} satisfies Words;
