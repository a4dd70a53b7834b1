import type {
  AliasCanaryParams,
  AliasPromoteParams,
  AliasRollbackParams,
} from "../../contract/model-alias-params.ts";
import type { ModelAlias, ModelAliasChange, ModelAliasDeleted } from "../../contract/model-aliases.ts";
import type { RequestOptions } from "../options.ts";

/** Where aliases are kept: on the platform, in a file, or in an object that can't be changed. */
export interface AliasKeeper {
  list(options?: RequestOptions): Promise<ModelAlias[]>;
  retrieve(name: string, options?: RequestOptions): Promise<ModelAlias>;
  /** The newest first. */
  history(name: string, options?: RequestOptions): Promise<ModelAliasChange[]>;
  promote(name: string, params: AliasPromoteParams, options?: RequestOptions): Promise<ModelAlias>;
  rollback(name: string, params: AliasRollbackParams, options?: RequestOptions): Promise<ModelAlias>;
  canary(name: string, params: AliasCanaryParams, options?: RequestOptions): Promise<ModelAlias>;
  delete(name: string, options?: RequestOptions): Promise<ModelAliasDeleted>;
}
