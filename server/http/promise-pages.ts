/** Pages of 承诺达标合格证: the certificates (promise-sheets.ts) and their registers (promise-register.ts). */
import { Router } from "express";
import { promiseRegisterRoutes, type RegisterParts } from "./promise-register.ts";
import { promiseSheetRoutes, type SheetParts } from "./promise-sheets.ts";

export { promisePageRoutes };

function promisePageRoutes(parts: SheetParts & RegisterParts): Router {
  return Router().use(promiseSheetRoutes(parts), promiseRegisterRoutes(parts));
}
