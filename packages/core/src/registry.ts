export interface Registry {}
